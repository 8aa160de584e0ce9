package planner

import (
	"cmp"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// neededBy is who will miss the data on a disk if another claim gets it, empty if nobody is known to: its claim, which waits for a volume, or
// whoever is about to create that claim, or waits for it.
func (p *planner) neededBy(v *corev1.PersistentVolume, on disk.OnDisk) (claim, by string) {
	data := ownerObject(on.Claim)
	if by = p.waitsFor(cmp.Or(on.By, v), data).by; by == data.String() {
		return by, ""
	}
	return "", by
}
