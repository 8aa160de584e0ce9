package inspect

import (
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/component-helpers/storage/ephemeral"
	volumehelpers "k8s.io/component-helpers/storage/volume"
)

// FullyBound reports whether the scheduler takes a claim as bound: it names a volume and the binding has been
// completed. The claim's phase does not count (volumebinding/binder.go: isPVCFullyBound).
func FullyBound(c *corev1.PersistentVolumeClaim) bool {
	return c.Spec.VolumeName != "" && metav1.HasAnnotation(c.ObjectMeta, volumehelpers.AnnBindCompleted)
}

// Delayed reports whether a claim waits for its Pod to be placed (volumebinding/binder.go: GetPodVolumeClaims).
func (ix *Index) Delayed(c *corev1.PersistentVolumeClaim) bool {
	class := ix.Class(volumehelpers.GetPersistentVolumeClaimClass(c))
	return c.Spec.VolumeName == "" && class != nil && class.VolumeBindingMode != nil &&
		*class.VolumeBindingMode == storagev1.VolumeBindingWaitForFirstConsumer
}

// ReservedFor is the volume whose claimRef names an unbound claim, or nil. Of several, the first by name.
func (ix *Index) ReservedFor(c *corev1.PersistentVolumeClaim) *corev1.PersistentVolume {
	for _, v := range ix.reserved[keyOf(c.Namespace, c.Name)] {
		if volumehelpers.IsVolumeBoundToClaim(v, c) {
			return v
		}
	}
	return nil
}

// ClaimNames returns the names of the claims that a Pod uses, in the order of its volumes, those of generic
// ephemeral volumes included.
func ClaimNames(p *corev1.Pod) []string {
	var names []string
	for i := range p.Spec.Volumes {
		if name := ClaimName(p, &p.Spec.Volumes[i]); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// ClaimName is the claim behind one volume of a Pod, empty if there is none.
func ClaimName(p *corev1.Pod, v *corev1.Volume) string {
	switch {
	case v.PersistentVolumeClaim != nil:
		return v.PersistentVolumeClaim.ClaimName
	case v.Ephemeral != nil:
		return ephemeral.VolumeClaimName(p, v)
	default:
		return ""
	}
}
