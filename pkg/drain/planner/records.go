package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// warnOfRecords says what a volume that is given away says of its data, and is not believed.
func (p *planner) warnOfRecords(v *corev1.PersistentVolume) {
	for _, doubt := range disk.Doubts(v, p.ix.TakenAt) {
		p.warn(doubt)
	}
}
