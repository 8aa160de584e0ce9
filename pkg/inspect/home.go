package inspect

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

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
// against the labels of every Node that could match, never by reading one label.
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
func (ix *Index) HomeOf(v *corev1.PersistentVolume) Home { return ix.homes[v.Name] }

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

// homeFinder evaluates affinities against few Nodes instead of all: a term that asks for label values only
// needs the Nodes that have them. Volumes with equal affinity share one evaluation.
type homeFinder struct {
	nodes      []*corev1.Node // sorted by name
	byLabel    map[[2]string][]*corev1.Node
	nodesGap   *Gap
	byAffinity map[string]Home
}

func findHomes(s *Snapshot, volumes []*corev1.PersistentVolume) map[string]Home {
	f := &homeFinder{nodes: slices.Clone(s.Nodes), byLabel: map[[2]string][]*corev1.Node{}, byAffinity: map[string]Home{}}
	slices.SortFunc(f.nodes, func(a, b *corev1.Node) int { return cmp.Compare(a.Name, b.Name) })
	if gap, ok := s.Gap(Nodes); ok {
		f.nodesGap = &gap
	}
	f.indexLabels(volumes)
	homes := make(map[string]Home, len(volumes))
	for _, v := range volumes {
		homes[v.Name] = f.home(v)
	}
	return homes
}

// indexLabels indexes Nodes by the label keys that some volume asks for; indexing all labels would cost more
// than it saves.
func (f *homeFinder) indexLabels(volumes []*corev1.PersistentVolume) {
	keys := map[string]bool{}
	for _, v := range volumes {
		for _, t := range terms(v) {
			for _, e := range t.MatchExpressions {
				if e.Operator == corev1.NodeSelectorOpIn {
					keys[e.Key] = true
				}
			}
		}
	}
	for _, n := range f.nodes {
		for k := range keys {
			if value, ok := n.Labels[k]; ok {
				f.byLabel[[2]string{k, value}] = append(f.byLabel[[2]string{k, value}], n)
			}
		}
	}
}

func (f *homeFinder) home(v *corev1.PersistentVolume) Home {
	if AnyNode(v) {
		return Home{State: HomeUnknown, Why: fact.New("AffinityNotRequired")}
	}
	id := fingerprint(v.Spec.NodeAffinity.Required)
	h, ok := f.byAffinity[id]
	if !ok {
		h = f.evaluate(v)
		f.byAffinity[id] = h
	}
	return h
}

func (f *homeFinder) evaluate(v *corev1.PersistentVolume) Home {
	h := Home{State: HomeNode, Hosts: hosts(v)}
	if f.nodesGap != nil {
		h.State, h.Why = HomeUnknown, fact.New("NodesUnread", "reason", f.nodesGap.Reason)
		return h
	}
	for _, n := range f.candidates(v) {
		if volumehelpers.CheckNodeAffinity(v, n.Labels) == nil {
			h.Nodes = append(h.Nodes, n)
		}
	}
	if len(h.Nodes) == 0 {
		h.State, h.Why = f.whyNone(v)
	}
	return h
}

// candidates are the Nodes that could match, sorted by name.
func (f *homeFinder) candidates(v *corev1.PersistentVolume) []*corev1.Node {
	seen := map[string]*corev1.Node{}
	for _, t := range terms(v) {
		nodes, ok := f.candidatesOfTerm(t)
		if !ok {
			return f.nodes
		}
		for _, n := range nodes {
			seen[n.Name] = n
		}
	}
	out := make([]*corev1.Node, 0, len(seen))
	for _, n := range seen {
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b *corev1.Node) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

func (f *homeFinder) candidatesOfTerm(t corev1.NodeSelectorTerm) ([]*corev1.Node, bool) {
	for _, e := range t.MatchExpressions {
		if e.Operator != corev1.NodeSelectorOpIn {
			continue
		}
		var nodes []*corev1.Node
		for _, value := range e.Values {
			nodes = append(nodes, f.byLabel[[2]string{e.Key, value}]...)
		}
		return nodes, true
	}
	return nil, false
}

// whyNone tells a missing home from an unknown one. Missing needs proof: every term pins a host, no Node carries
// that value under that key nor is called so, and no Node could be that host without saying so.
func (f *homeFinder) whyNone(v *corev1.PersistentVolume) (HomeState, fact.Fact) {
	if len(terms(v)) == 0 {
		return HomeUnknown, fact.New("AffinityWithoutTerms")
	}
	for _, t := range terms(v) {
		pin, ok := hostPin(t)
		if !ok {
			return HomeUnknown, fact.New("AffinityWithoutHost")
		}
		if why := f.whyUnproven(pin); !why.IsZero() {
			return HomeUnknown, why
		}
	}
	return HomeMissing, fact.Fact{}
}

// whyUnproven says why a pin that matches no Node may still mean one of them, zero if it cannot.
func (f *homeFinder) whyUnproven(pin corev1.NodeSelectorRequirement) fact.Fact {
	for _, host := range pin.Values {
		if f.hasNode(pin.Key, host) {
			return fact.New("NodeLabelsDiffer", "node", host)
		}
	}
	carriers := f.carriers(pin.Key)
	switch {
	case pin.Key == corev1.LabelHostname && carriers.without != "":
		return fact.New("NodeWithoutHostname", "node", carriers.without, "label", pin.Key)
	case pin.Key != corev1.LabelHostname && !carriers.perNode():
		return fact.New("LabelOfNoNode", "label", pin.Key, "want", pin.Values)
	}
	return fact.Fact{}
}

func (f *homeFinder) hasNode(key, host string) bool {
	return slices.ContainsFunc(f.nodes, func(n *corev1.Node) bool {
		return n.Name == host || n.Labels[key] == host || n.Labels[corev1.LabelHostname] == host
	})
}

// carriers is how a label key is spread over the Nodes.
type carriers struct {
	count int
	// without is the first Node that lacks the key.
	without string
	// shared is set if two Nodes have the same value.
	shared bool
	// named is set if every carrier's value is its own name or hostname.
	named bool
}

func (f *homeFinder) carriers(key string) carriers {
	c := carriers{named: true}
	seen := map[string]bool{}
	for _, n := range f.nodes {
		value, ok := n.Labels[key]
		switch {
		case !ok && c.without == "":
			c.without = n.Name
		case ok:
			c.count++
			c.shared = c.shared || seen[value]
			c.named = c.named && (value == n.Name || value == n.Labels[corev1.LabelHostname])
			seen[value] = true
		}
	}
	return c
}

// perNode reports whether a key surely names single hosts: its values are the names of its carriers, or every Node
// has one of its own. A key that only some Nodes carry and that holds other values (a rack, say) may just have been
// taken from the Node that is the home.
func (c carriers) perNode() bool { return c.count > 0 && !c.shared && (c.named || c.without == "") }
