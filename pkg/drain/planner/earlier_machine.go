package planner

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// A Node that is younger than a volume of its name may be the same machine, which was registered again, or another one with the name or the
// hostname, whose disk is new and empty. So it is with a volume of which the static provisioner says that it made it for another Node, by name
// or UID. Nothing that Kubernetes keeps tells the two apart, so that nobody may rely on the data.

// madeForAnother says that a volume was made for other machines than those that are its home, as far as can be told. What a claim that is
// younger than these has written is on them, though.
func (p *planner) madeForAnother(v *corev1.PersistentVolume) (why fact.Fact, another bool) {
	home := p.ix.HomeOf(v)
	claim := p.lastClaim(v)
	present := func(n *corev1.Node) bool {
		return !younger(v, n) && !provisionedForAnother(v, n) || claim != nil && younger(n, claim)
	}
	if len(home.Nodes) == 0 || slices.ContainsFunc(home.Nodes, present) {
		return fact.Fact{}, false
	}
	by := ""
	if provisionedForAnother(v, home.Nodes[0]) {
		by = workload.ExternalCleaner(v)
	}
	return fact.New("MadeForAnotherMachine", "volume", v.Name, "node", home.Nodes[0].Name, "by", by), true
}

// ofEarlier reports whether a volume was there before the Node that has its home's name now. One that was made for a Node of another name may
// have been copied: that says nothing of this one.
func ofEarlier(v *corev1.PersistentVolume, n *corev1.Node) bool {
	named := strings.HasPrefix(workload.ExternalCleaner(v), workload.StaticProvisioner+"-"+n.Name+"-")
	return younger(v, n) || named && provisionedForAnother(v, n)
}

// younger reports whether one object was created after another; not, if it is not known of one of them.
func younger(older, one metav1.Object) bool {
	before, after := older.GetCreationTimestamp(), one.GetCreationTimestamp()
	return !before.IsZero() && before.Before(&after)
}

// lastClaim is the claim that has a volume, or had it last and is recorded on it, nil if there is none.
func (p *planner) lastClaim(v *corev1.PersistentVolume) *corev1.PersistentVolumeClaim {
	if c := p.ix.ClaimOf(v); c != nil && c.Spec.VolumeName == v.Name {
		return c
	}
	recorded, err := retain.RecordedClaim(v)
	if ref := v.Spec.ClaimRef; err != nil || recorded == nil || ref == nil || ref.UID != recorded.UID {
		return nil
	}
	return recorded
}

// provisionedForAnother reports whether the static provisioner created a volume for another Node.
func provisionedForAnother(v *corev1.PersistentVolume, n *corev1.Node) bool {
	by := workload.ExternalCleaner(v)
	return strings.HasPrefix(by, workload.StaticProvisioner+"-") && !ownName(by, n)
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
}

// doubtful says why the disk of a volume may not be the one with the data: the volume was made for another machine, or the data may be on one that is
// gone, although another has its hostname now.
func (p *planner) doubtful(v *corev1.PersistentVolume) (why fact.Fact, doubtful bool) {
	if why, another := p.madeForAnother(v); another {
		return why, true
	}
	why, perhaps := p.ix.PerhapsGone(v)
	return fact.New("VolumePerhapsGone", "volume", v.Name, "why", why), perhaps
}
