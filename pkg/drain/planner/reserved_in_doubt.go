package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// doubtful tells how the member gets another volume than one that an earlier run reserved for it, and whose disk somebody has now. It cannot be
// opened to any claim, as a reservation is taken back else.
func (p *relocation) doubtful(v *corev1.PersistentVolume, c workload.Claim) {
	ref := v.Spec.ClaimRef
	if ref == nil || ref.UID != "" || !isFor(ref, c.Key()) {
		return
	}
	b := p.notGivable(v, c.Key())
	if b != nil && slices.Contains([]fact.Code{"DiskHeld", "DiskReserved", "DirectoryMounted"}, b.Reason.Code) { // else it is another volume that is in the way
		p.warn(fact.New("ReservedAndDoubtful", "volume", p.where(v), "claim", c.Object()).Offering(disk.Cordon(v, "same-disk")))
	}
}
