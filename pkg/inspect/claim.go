package inspect

import (
	"cmp"
	"slices"

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

// Naming are the volumes whose claimRef names a claim of a namespace and name, whichever has that name or had it, sorted by name.
func (ix *Index) Naming(namespace, name string) []*corev1.PersistentVolume {
	return ix.reserved[keyOf(namespace, name)]
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

// The annotations that make a class the default one (pkg/volume/util/storageclass.go: IsDefaultAnnotation).
const (
	annDefaultClass     = "storageclass.kubernetes.io/is-default-class"
	annBetaDefaultClass = "storageclass.beta.kubernetes.io/is-default-class"
)

// DefaultClass is the class of a claim that names none: of those that are marked as default the newest, of several of one age the
// first by name; nil if none is marked (pkg/volume/util/storageclass.go: GetDefaultClass).
func DefaultClass(classes []*storagev1.StorageClass) *storagev1.StorageClass {
	marked := slices.DeleteFunc(slices.Clone(classes), func(c *storagev1.StorageClass) bool {
		return c.Annotations[annDefaultClass] != "true" && c.Annotations[annBetaDefaultClass] != "true"
	})
	if len(marked) == 0 {
		return nil
	}
	return slices.MinFunc(marked, func(a, b *storagev1.StorageClass) int {
		return cmp.Or(b.CreationTimestamp.Compare(a.CreationTimestamp.Time), cmp.Compare(a.Name, b.Name))
	})
}

// WithDefaultClass is a claim as the API server stores it when it is created now: one that names no class gets the default one, if
// there is one (plugin/pkg/admission/storage/storageclass/setdefault).
func (ix *Index) WithDefaultClass(c *corev1.PersistentVolumeClaim) *corev1.PersistentVolumeClaim {
	class := DefaultClass(ix.Classes)
	if volumehelpers.PersistentVolumeClaimHasClass(c) || class == nil {
		return c
	}
	c = c.DeepCopy()
	c.Spec.StorageClassName = &class.Name
	return c
}

// DataSource names what a new claim is filled from, as KIND/NAME, with the namespace if it is another; empty if it starts empty.
func DataSource(c *corev1.PersistentVolumeClaim) string {
	switch ref, old := c.Spec.DataSourceRef, c.Spec.DataSource; {
	case ref != nil && ref.Namespace != nil && *ref.Namespace != c.Namespace:
		return ref.Kind + "/" + ref.Name + " in " + *ref.Namespace
	case ref != nil:
		return ref.Kind + "/" + ref.Name
	case old != nil:
		return old.Kind + "/" + old.Name
	}
	return ""
}
