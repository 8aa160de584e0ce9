package fix

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// onceChanged is what changing a volume for a claim comes to: a claim whose class binds at once is bound by the volume
// controller before any Pod is looked at, if the volume will do.
func onceChanged(ix *inspect.Index, v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) inspect.Change {
	if ix.Delayed(c) {
		return setting(v)
	}
	if bound, ok := asCreated(ix, c, v); ok {
		return bound
	}
	return setting(v)
}

// asCreated is the Change that a created claim comes to. Where a volume is reserved for it, or its class binds at once, the controller binds it
// to the volume that it finds before any Pod is looked at; ok is false if it finds none.
func asCreated(ix *inspect.Index, c *corev1.PersistentVolumeClaim, more ...*corev1.PersistentVolume) (change inspect.Change, ok bool) {
	n := c.DeepCopy()
	n.Status.Phase = corev1.ClaimPending
	change = setting(n)
	for _, v := range more {
		change.Set = append(change.Set, v)
	}
	v := reservedFor(ix, n)
	switch {
	case v == nil && ix.Delayed(n):
		return change, true
	case v == nil:
		v = smallestFor(ix, n, more)
	}
	if v == nil {
		return inspect.Change{}, false
	}
	n.Spec.VolumeName = v.Name
	metav1.SetMetaDataAnnotation(&n.ObjectMeta, volumehelpers.AnnBindCompleted, "yes")
	n.Status.Phase = corev1.ClaimBound
	v.Spec.ClaimRef = claimRef(n)
	v.Status.Phase = corev1.VolumeBound
	change.Set = append(change.Set, v)
	return change, true
}

// reservedFor is a copy of the volume that is reserved for the name of a claim, and that it can have, nil if there is none. The controller binds the two
// before any Pod is looked at, whatever the class says.
func reservedFor(ix *inspect.Index, c *corev1.PersistentVolumeClaim) *corev1.PersistentVolume {
	v := ix.ReservedFor(c)
	if v == nil || !onlyReserved(v) {
		return nil
	}
	m, err := match.NewMatcher(ix, c)
	if err != nil || m.Explain(v, true, "").Code != inspect.Match {
		return nil
	}
	return v.DeepCopy()
}

// smallestFor is a copy of the volume that the controller binds to a claim, of those that there are and more; nil if none will do.
func smallestFor(ix *inspect.Index, c *corev1.PersistentVolumeClaim, more []*corev1.PersistentVolume) *corev1.PersistentVolume {
	m, err := match.NewMatcher(ix, c)
	if err != nil {
		return nil
	}
	var best *corev1.PersistentVolume
	for _, v := range slices.Concat(ix.OfClass(m.Class()), more) {
		if m.Explain(v, true, "").Code == inspect.Match && (best == nil || match.CapacityOf(v).Cmp(*match.CapacityOf(best)) < 0) {
			best = v
		}
	}
	return best.DeepCopy()
}

// claimRef is how a volume names its claim.
func claimRef(c *corev1.PersistentVolumeClaim) *corev1.ObjectReference {
	return &corev1.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: c.Namespace, Name: c.Name, UID: c.UID}
}
