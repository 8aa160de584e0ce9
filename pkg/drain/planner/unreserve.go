package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// unreserve plans to take back what a volume is reserved for, whoever reserved it. If it is known whose data is on the volume, that claim
// is named again, with the UID it had, which is gone: the volume is Released then, and nobody gets it.
func (p *reclaimPlanner) unreserve(v *corev1.PersistentVolume) {
	p.begin(drain.VolumeObject(v))
	ref := v.Spec.ClaimRef
	switch {
	case v.DeletionTimestamp != nil:
		p.block(drain.BlockedTerminating, "", fact.New("VolumeBeingDeleted", "volume", v.Name))
		return
	case ref == nil:
		p.done(fact.New("VolumeReservedForNobody", "volume", v.Name, "phase", v.Status.Phase))
		return
	case cordoned(v):
		reason, _ := disk.Cordoned(v)
		p.block(drain.BlockedPhase, "", fact.New("CordonIsNoReservation", "volume", v.Name, "why", reason))
		return
	case leftByClaim(v):
		p.done(fact.New("VolumeReservedForNobody", "volume", v.Name, "phase", v.Status.Phase))
		return
	}
	claim := drain.RefObject(ref)
	c := p.ix.Claim(ref.Namespace, ref.Name)
	if v.Status.Phase == corev1.VolumeBound || c != nil && (c.UID == ref.UID || c.Spec.VolumeName == v.Name) {
		p.block(drain.BlockedPhase, "", fact.New("ClaimHoldsVolume", "volume", v.Name, "claim", drain.RefObject(ref), "phase", v.Status.Phase).
			Offering(fact.Plugin("release", "pv/"+v.Name)))
		return
	}
	p.takeBack(v, claim)
}

// takeBack plans to end a reservation for a claim.
func (p *reclaimPlanner) takeBack(v *corev1.PersistentVolume, claim drain.Object) {
	parameters := drain.FreeParameters{Pair: pair(v, claim), Home: p.homeNames(v), Phases: []corev1.PersistentVolumePhase{corev1.VolumeAvailable, corev1.VolumeReleased, corev1.VolumeFailed}}
	why := fact.New("WhyTakeBack", "claim", claim)
	if back := dataOf(v); p.gone(back) && retain.Retained(v) {
		parameters.Former, parameters.Policy = true, corev1.PersistentVolumeReclaimRetain
		p.step(reserveVolume(v, back, fact.New("StepTakeBackForFormer", "volume", v.Name, "claim", claim, "former", back), why, parameters))
		p.step(awaitReleased(v, back, fact.New("StepAwaitReleased", "volume", v.Name), fact.New("WhyAwaitReleased")))
		p.next(fact.New("DataStaysReattach", "volume", p.where(v), "claim", drain.Object{Namespace: back.Namespace, Name: back.Name}).
			Offering(fact.Plugin("reattach", v.Name)))
		return
	}
	if names := p.couldBind(v); len(names) > 0 {
		p.warn(fact.New("CouldBindNext", "volume", v.Name, "claims", names, "node", p.missingNode(v)))
		p.foreign(v, names, p.req.AcceptForeignData)
	}
	p.step(openVolume(v, fact.New("StepTakeBack", "volume", v.Name, "claim", claim), why, parameters))
	p.step(awaitAvailable(v, claim))
	p.next(fact.New("VolumeOpenNow", "volume", p.where(v)))
}

// cordoned reports whether a volume is kept from everybody, which may look like a reservation.
func cordoned(v *corev1.PersistentVolume) bool {
	_, yes := disk.Cordoned(v)
	return yes
}

// gone reports whether a claim that is known with its UID does not exist.
func (p *planner) gone(claim drain.Object) bool {
	c := p.ix.Claim(claim.Namespace, claim.Name)
	return claim.UID != "" && (c == nil || c.UID != claim.UID)
}
