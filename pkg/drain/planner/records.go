package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// warnOfRecords says what a volume that is given away says of its data, and is not believed.
func (p *planner) warnOfRecords(v *corev1.PersistentVolume) {
	for _, doubt := range disk.Doubts(v, p.ix.TakenAt) {
		p.warn(doubt)
	}
}

// wiped reports whether a volume is known to be wiped, and no other one is the same disk.
func (p *planner) wiped(v *corev1.PersistentVolume) bool {
	return disk.DataOf(v, p.ix.TakenAt).State == disk.Wiped && len(p.disks().Sharing(v)) == 0
}

// underInVain reports whether the data of another claim is on a volume that is reserved for one which has another volume.
func (p *planner) underInVain(v *corev1.PersistentVolume) bool {
	_, under := match.DataUnderReservation(p.ix, v)
	return under && match.ReservedInVain(p.ix, v)
}

// losePods names the manifests of Pods that go with a volume.
func (p *planner) losePods(v *corev1.PersistentVolume) {
	if retain.HoldsPods(v) {
		p.lose(fact.New("PodRecordLost", "volume", v.Name).Offering(fact.Kubectl("get", "pv", v.Name).With("-o", "yaml")))
	}
}
