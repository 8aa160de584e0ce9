package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// leftByClaim reports whether a volume names a claim that had it and is gone.
func leftByClaim(v *corev1.PersistentVolume) bool {
	return v.Spec.ClaimRef != nil && v.Spec.ClaimRef.UID != "" && (v.Status.Phase == corev1.VolumeReleased || v.Status.Phase == corev1.VolumeFailed)
}

// tellLeftToo tells of the Released and Failed volumes besides that an earlier claim of a name left.
func (p *planner) tellLeftToo(v *corev1.PersistentVolume, claim drain.Object) {
	var names []string
	for _, other := range p.ix.LocalVolumes() {
		ref := other.Spec.ClaimRef
		if other.Name != v.Name && leftByClaim(other) && ref.Namespace == claim.Namespace && ref.Name == claim.Name {
			names = append(names, other.Name)
		}
	}
	slices.Sort(names)
	if len(names) > 0 {
		p.warn(fact.New("OtherVolumesOfClaim", "claim", claim, "volume", v.Name, "volumes", names))
	}
}

// leftBy are the volumes that an earlier claim of a name left, with its data, and that can be given back: not those whose disk may have the data of
// another claim, which had it by another volume.
func (p *planner) leftBy(claim drain.Object) []*corev1.PersistentVolume {
	return slices.DeleteFunc(p.ix.LocalVolumes(), func(v *corev1.PersistentVolume) bool {
		ref := v.Spec.ClaimRef
		left := leftByClaim(v) || v.Status.Phase == corev1.VolumeAvailable && (ref == nil || p.underInVain(v))
		return !left || v.DeletionTimestamp != nil || keyOf(p.dataOf(v)) != keyOf(claim) || !p.gone(p.dataOf(v)) || notUnderstood(v) ||
			len(p.disks().Refusals(v, keyOf(claim))) > 0
	})
}
