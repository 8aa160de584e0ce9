package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// unreserve plans to take back what a volume is reserved for, whoever reserved it.
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
	if halfBound(v, c) {
		p.block(drain.BlockedPhase, "", aboutToBind(v, c))
		return
	}
	if v.Status.Phase == corev1.VolumeBound || c != nil && (c.UID == ref.UID || c.Spec.VolumeName == v.Name) {
		p.block(drain.BlockedPhase, "", fact.New("ClaimHoldsVolume", "volume", v.Name, "claim", drain.RefObject(ref), "phase", v.Status.Phase).
			Offering(fact.Plugin("release", "pv/"+v.Name)))
		return
	}
	p.endFor(v, claim)
}

// endFor plans to end a reservation for a claim, and waits until the volume controller has seen it.
func (p *reclaimPlanner) endFor(v *corev1.PersistentVolume, claim drain.Object) {
	back := p.takeBack(v, reservation{
		claim: claim, phases: []corev1.PersistentVolumePhase{corev1.VolumeAvailable, corev1.VolumeReleased, corev1.VolumeFailed},
		open: fact.New("StepTakeBack", "volume", v.Name, "claim", claim), why: fact.New("WhyTakeBack", "claim", claim), accepted: p.req.AcceptForeignData,
	})
	if back.Name == "" {
		p.step(awaitAvailable(v, claim))
		p.next(fact.New("VolumeOpenNow", "volume", p.where(v)))
		return
	}
	p.step(awaitReleased(v, back, fact.New("StepAwaitReleased", "volume", v.Name), fact.New("WhyAwaitReleased")))
	p.next(fact.New("DataStaysReattach", "volume", p.where(v), "claim", drain.Object{Namespace: back.Namespace, Name: back.Name}).
		Offering(fact.Plugin("reattach", v.Name)))
}

// cordoned reports whether a volume is kept from everybody, which may look like a reservation.
func cordoned(v *corev1.PersistentVolume) bool {
	_, yes := disk.Cordoned(v)
	return yes
}
