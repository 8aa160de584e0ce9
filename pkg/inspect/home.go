package inspect

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// HomeState says what is known of where a volume's data lives.
type HomeState string

const (
	// HomeNode means that at least one Node matches the volume's affinity.
	HomeNode HomeState = "node"
	// HomeMissing means that the affinity names a host that no Node has.
	HomeMissing HomeState = "missing"
	// HomeUnknown means that no home can be told. Whoever acts on a home refuses then.
	HomeUnknown HomeState = "unknown"
)

// Home is the set of Nodes on which a volume can be used, found by evaluating its required node affinity
// against the labels of every Node that could match, never by reading one label. It is where the scheduler lets the volume's
// Pods go; where the data is, DataOn says.
type Home struct {
	State HomeState
	// Nodes match the affinity, sorted by name. Empty unless State is HomeNode.
	Nodes []*corev1.Node
	// Hosts are the values by which the affinity pins the volume to hosts (kubernetes.io/hostname or another
	// key of one term), as written, sorted. They name the home of a volume whose Node is gone.
	Hosts []string
	// Why is told with HomeUnknown.
	Why fact.Fact
}

// Names are the names of the home's Nodes; of a missing home, the hosts that the affinity names.
func (h Home) Names() []string {
	if h.State == HomeMissing {
		return h.Hosts
	}
	names := make([]string, 0, len(h.Nodes))
	for _, n := range h.Nodes {
		names = append(names, n.Name)
	}
	return names
}

// HomeOf returns the home of a volume of this Snapshot. A volume without required node affinity is at home
// everywhere: its State is HomeUnknown, and AnyNode tells it apart.
func (ix *Index) HomeOf(v *corev1.PersistentVolume) Home { return ix.homes[v.Name].home }

// AnyNode reports whether a volume can be used on every Node, because it has no required node affinity.
func AnyNode(v *corev1.PersistentVolume) bool {
	return v.Spec.NodeAffinity == nil || v.Spec.NodeAffinity.Required == nil
}

// Usable reports whether a volume can be used on some Node of the Snapshot.
func (ix *Index) Usable(v *corev1.PersistentVolume) bool {
	return AnyNode(v) || len(ix.HomeOf(v).Nodes) > 0
}

// UsableOn reports whether a volume can be used on a Node, or could if there were a Node of that name.
func (ix *Index) UsableOn(v *corev1.PersistentVolume, node string) bool {
	return AnyNode(v) || slices.Contains(ix.HomeOf(v).Names(), node)
}

// foundHome is what the affinity of a volume says.
type foundHome struct {
	home Home
	// pinned says that every term pins the volume to single hosts, by a key that is known to tell hosts apart.
	pinned bool
	// named are the Nodes that the affinity means although it does not match them, sorted by name: there are some only if the home
	// is unknown for that.
	named []string
	// perhaps are Nodes and hosts that may be meant as well, or instead: hosts that no Node is, beside some that are there, and Nodes that
	// lack the label by which they would be known.
	perhaps []string
	// lost is the label that such a Node lacks, nil if that is not what keeps it from matching.
	lost *LostLabel
}
