package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// What many of the Facts are told.

// acceptForeign is the flag that accepts, for one volume, that others than its claim get what is on it.
const acceptForeign = "--accept-foreign-data"

// reservedFor is the claim that a volume is reserved for, empty if it is for none.
func reservedFor(v *corev1.PersistentVolume) string {
	if ref := v.Spec.ClaimRef; ref != nil {
		return drain.RefObject(ref).String()
	}
	return ""
}

// yes is how a Fact says that something is so; else it is empty.
func yes(so bool) string {
	if so {
		return "yes"
	}
	return ""
}

// onDisk is what is known of the data on the disk of a volume, by whichever volume that is known.
func (p *planner) onDisk(v *corev1.PersistentVolume) disk.OnDisk {
	return disk.New(p.ix).DataOn(v, p.ix.TakenAt)
}
