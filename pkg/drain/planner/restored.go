package planner

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// restored reports whether a claim counts as bound to a volume that names an earlier claim, or one without a UID: it was created from
// a manifest that has the marks of the earlier binding, a backup's for example. The volume controller calls it Lost, and binds the two
// only when the claimRef has the UID of this claim (controller/volume/persistentvolume: syncBoundClaim).
func restored(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) bool {
	return c != nil && c.DeletionTimestamp == nil && inspect.FullyBound(c) && c.Spec.VolumeName == v.Name &&
		(v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID != c.UID)
}

// neverBound reports whether a claim is marked as bound and names no volume: the volume controller calls it Lost and does nothing else
// (controller/volume/persistentvolume: syncBoundClaim).
func neverBound(c *corev1.PersistentVolumeClaim) bool {
	return c.Spec.VolumeName == "" && metav1.HasAnnotation(c.ObjectMeta, volumehelpers.AnnBindCompleted)
}
