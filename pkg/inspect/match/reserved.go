package match

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// ReservedInVain reports whether a volume is reserved by name for a claim that has another volume: a move that was broken off leaves that. If the
// claim names the other in vain, the reservation is for the next claim of its name.
func ReservedInVain(ix *inspect.Index, v *corev1.PersistentVolume) bool {
	ref := v.Spec.ClaimRef
	if ref == nil || ref.UID != "" {
		return false
	}
	c := ix.Claim(ref.Namespace, ref.Name)
	if c == nil || c.DeletionTimestamp != nil || !inspect.FullyBound(c) || c.Spec.VolumeName == v.Name {
		return false
	}
	_, next := NamesInVain(ix, c)
	return !next
}

// DataUnderReservation is the claim whose data is on an Available volume that is reserved for another one, false if there is none. Whoever
// reserved it took the name of that claim away, and the data is still there.
func DataUnderReservation(ix *inspect.Index, v *corev1.PersistentVolume) (disk.Owner, bool) {
	ref := v.Spec.ClaimRef
	if _, cordoned := disk.Cordoned(v); cordoned || ref == nil || ref.UID != "" || v.Status.Phase != corev1.VolumeAvailable {
		return disk.Owner{}, false
	}
	d := disk.DataOf(v, ix.TakenAt)
	own := d.Claim.Namespace == ref.Namespace && d.Claim.Name == ref.Name
	return d.Claim, d.State == disk.Known && !own
}
