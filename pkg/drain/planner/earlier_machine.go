package planner

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// madeForAnother is disk.MadeForAnother.
func (p *planner) madeForAnother(v *corev1.PersistentVolume) (why fact.Fact, another bool) {
	return disk.MadeForAnother(p.ix, v)
}

// ofEarlier reports whether a volume was there before the Node that has its home's name now. One that was made for a Node of another name may
// have been copied: that says nothing of this one.
func ofEarlier(v *corev1.PersistentVolume, n *corev1.Node) bool {
	named := strings.HasPrefix(workload.ExternalCleaner(v), workload.StaticProvisioner+"-"+n.Name+"-")
	return younger(v, n) || named && disk.ProvisionedForAnother(v, n)
}

// younger reports whether one object was created after another; not, if it is not known of one of them.
func younger(older, one metav1.Object) bool {
	before, after := older.GetCreationTimestamp(), one.GetCreationTimestamp()
	return !before.IsZero() && before.Before(&after)
}

// mayBeGone reports whether a volume was made for other machines than those that are its home.
func (p *planner) mayBeGone(v *corev1.PersistentVolume) bool {
	_, another := p.madeForAnother(v)
	return another
}

// tellEarlierMachine tells of a volume that is left, or stays, of which nobody may rely on the data.
func (p *planner) tellEarlierMachine(v *corev1.PersistentVolume) {
	if why, doubtful := p.doubtful(v); doubtful {
		p.warn(why)
	}
	p.tellRecordDiffers(v)
}

// tellRecordDiffers tells of a volume whose record names another node than its affinity.
func (p *planner) tellRecordDiffers(v *corev1.PersistentVolume) {
	if why, nodes := p.ix.RecordDiffers(v); len(nodes) > 0 {
		p.warn(fact.New("VolumePerhapsGone", "volume", v.Name, "why", why))
	}
}

// tellRecordedHere tells of volumes with claims whose data is on a node as their records say, and whose affinity means another.
func (p *planner) tellRecordedHere(node string) {
	for _, v := range p.ix.LocalVolumes() {
		if _, nodes := p.ix.RecordDiffers(v); slices.Contains(nodes, node) && p.ix.ClaimOf(v) != nil {
			p.tellRecordDiffers(v)
		}
	}
}

// doubtful is disk.PerhapsNotThere.
func (p *planner) doubtful(v *corev1.PersistentVolume) (why fact.Fact, doubtful bool) {
	return disk.PerhapsNotThere(p.ix, v)
}
