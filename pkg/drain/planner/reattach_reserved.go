package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// freeOthers plans to free other volumes that are reserved for the claim, by a recovery that was cut off for example: the
// claim would be bound to one of them as well as to this one.
func (p *reattachPlanner) freeOthers() { p.freeReserved(p.volume, p.claim, p.req.AcceptForeignData) }

// reserve plans to reserve the volume for the claim, unless it is.
func (p *reattachPlanner) reserve() {
	v, ref, claim := p.volume, p.volume.Spec.ClaimRef, p.claim
	why := fact.New("WhyReserveForClaim")
	if restored(p.current, v) {
		claim.UID, why = p.current.UID, fact.New("WhyNameRestoredClaim", "claim", claim)
	} else if v.Status.Phase == corev1.VolumeAvailable && ref != nil && isFor(ref, keyOf(claim)) {
		return
	}
	old := drain.Object{Kind: drain.KindClaim}
	if ref != nil {
		old = drain.RefObject(ref)
	}
	parameters := freeing(v, old, p.homeNames(v))
	if v.Status.Phase == corev1.VolumeAvailable {
		parameters.Phases = []corev1.PersistentVolumePhase{corev1.VolumeAvailable}
		parameters.Elsewhere = ref != nil && ref.UID == "" && !isFor(ref, keyOf(claim)) // what it was reserved for has another
	} else {
		parameters.Policy = corev1.PersistentVolumeReclaimRetain
	}
	p.step(reserveVolume(v, claim, fact.New("StepReserveVolume", "volume", v.Name, "claim", p.claim), why, parameters))
}
