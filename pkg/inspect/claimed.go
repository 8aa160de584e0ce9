package inspect

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"
	"k8s.io/utils/ptr"
)

// A volume that names no claim may be one's all the same: the claimRef was taken away, or the object recreated without it, while a claim
// names the volume. The volume controller binds the two as soon as it sees them, and until then Kubernetes offers the volume to everybody.

// ClaimedBy is the claim that names a volume which names none, and to which the volume controller binds it; nil if there is none. One that
// counts as bound, and whose Pods may run with the volume, comes before those that were created with its name, and of these, the first by
// namespace and name that the volume satisfies.
func (ix *Index) ClaimedBy(v *corev1.PersistentVolume) *corev1.PersistentVolumeClaim {
	if v.Spec.ClaimRef != nil {
		return nil
	}
	for _, c := range ix.claiming[v.Name] {
		if FullyBound(c) || c.DeletionTimestamp == nil && satisfies(v, ix.WithDefaultClass(c)) {
			return c
		}
	}
	return nil
}

// BoundInVain are the claims that count as bound to a volume which names another claim, or none: what of them runs may have its disk open. They are
// sorted by namespace and name.
func (ix *Index) BoundInVain(v *corev1.PersistentVolume) []*corev1.PersistentVolumeClaim {
	return slices.DeleteFunc(slices.Clone(ix.claiming[v.Name]), func(c *corev1.PersistentVolumeClaim) bool { return !FullyBound(c) })
}

// indexClaiming finds the claims that name volumes which do not name them.
func (ix *Index) indexClaiming() {
	ix.claiming = map[string][]*corev1.PersistentVolumeClaim{}
	for _, c := range ix.Claims {
		if v := ix.volumes[c.Spec.VolumeName]; v != nil && (v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID != c.UID) {
			ix.claiming[v.Name] = append(ix.claiming[v.Name], c)
		}
	}
	later := func(c *corev1.PersistentVolumeClaim) int {
		if FullyBound(c) {
			return 0
		}
		return 1
	}
	for _, claims := range ix.claiming {
		slices.SortFunc(claims, func(a, b *corev1.PersistentVolumeClaim) int {
			return cmp.Or(later(a)-later(b), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
		})
	}
}

// satisfies reports whether the volume controller binds a volume to a claim that names it and has no volume yet
// (controller/volume/persistentvolume: checkVolumeSatisfyClaim). Labels do not matter there.
func satisfies(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) bool {
	capacity, request := v.Spec.Capacity[corev1.ResourceStorage], c.Spec.Resources.Requests[corev1.ResourceStorage]
	return v.DeletionTimestamp == nil && capacity.Cmp(request) >= 0 &&
		volumehelpers.GetPersistentVolumeClass(v) == volumehelpers.GetPersistentVolumeClaimClass(c) &&
		ptr.Deref(v.Spec.VolumeAttributesClassName, "") == ptr.Deref(c.Spec.VolumeAttributesClassName, "") &&
		!volumehelpers.CheckVolumeModeMismatches(&c.Spec, &v.Spec) && volumehelpers.CheckAccessModes(c, v)
}
