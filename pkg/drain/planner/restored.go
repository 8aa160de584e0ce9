package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// restored reports whether a claim counts as bound to a volume that names an earlier claim, or one without a UID: it was created from
// a manifest that has the marks of the earlier binding, a backup's for example. The volume controller calls it Lost, and binds the two
// only when the claimRef has the UID of this claim (controller/volume/persistentvolume: syncBoundClaim).
func restored(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) bool {
	return c != nil && c.DeletionTimestamp == nil && inspect.FullyBound(c) && c.Spec.VolumeName == v.Name &&
		(v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID != c.UID)
}
