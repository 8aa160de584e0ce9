package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// A volume that names a claim which does not name it yet: the volume controller has done the first of two writes, or is to do both, since the
// volume is reserved (controller/volume/persistentvolume: syncUnboundClaim). Nothing is done to the two before it has, and nobody is told to
// delete the claim: with policy Delete, the data of the volume would go with it.

// halfBound reports whether a volume is being bound to a claim that does not count as Bound yet.
func halfBound(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) bool {
	return beingBound(v, c) && workload.ClaimPhase(c) != corev1.ClaimBound
}

// aboutToBind says of a volume and its claim that they are about to be bound, and what waits for that.
func aboutToBind(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) fact.Fact {
	return fact.New("VolumeAboutToBeBound", "volume", v.Name, "claim", drain.ClaimObject(c), "phase", workload.ClaimPhase(c)).
		Offering(fact.Plugin("reattach", v.Name))
}

// chosenFor is the volume to which the volume controller is about to bind a claim that names none, nil if there is none.
func (p *planner) chosenFor(c *corev1.PersistentVolumeClaim) *corev1.PersistentVolume {
	v := p.ix.ReservedFor(c)
	if c.DeletionTimestamp != nil || v == nil || v.Spec.ClaimRef.UID == "" && !p.whyNot(v, drain.ClaimObject(c)).IsZero() {
		return nil
	}
	return v
}
