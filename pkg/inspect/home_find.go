package inspect

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// findHomes finds the homes of the volumes. Nodes, claims and Pods must have been indexed.
func (ix *Index) findHomes(volumes []*corev1.PersistentVolume) map[string]foundHome {
	f := &homeFinder{
		ix: ix, nodes: slices.Clone(ix.Nodes), byLabel: map[[2]string][]*corev1.Node{}, byAffinity: map[string]foundHome{},
		hosts: newHostNames(ix.Snapshot), carried: map[[2]string]carriers{},
	}
	slices.SortFunc(f.nodes, func(a, b *corev1.Node) int { return cmp.Compare(a.Name, b.Name) })
	if gap, ok := ix.Gap(Nodes); ok {
		f.nodesGap = &gap
	}
	f.indexLabels(volumes)
	homes := make(map[string]foundHome, len(volumes))
	for _, v := range volumes {
		homes[v.Name] = f.find(v)
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

// find is what the affinity says, unless a record names a Node that exists: it has other labels now, and nothing is missing.
func (f *homeFinder) find(v *corev1.PersistentVolume) foundHome {
	if AnyNode(v) {
		return f.findDirectory(v)
	}
	id := driverOf(v) + "\n" + fingerprint(v.Spec.NodeAffinity.Required)
	found, ok := f.byAffinity[id]
	if !ok {
		found = f.evaluate(v)
		f.byAffinity[id] = found
	}
	if found.home.State != HomeMissing {
		return found
	}
	if n := f.ix.recordedNode(v); n != nil {
		found.home.State, found.named = HomeUnknown, []string{n.Name}
		pin, _ := f.pin(driverOf(v), terms(v)[0])
		found.home.Why, found.lost = labelsDiffer(n, terms(v)[0], pin)
	}
	return found
}

func (f *homeFinder) evaluate(v *corev1.PersistentVolume) foundHome {
	driver := driverOf(v)
	found := foundHome{home: Home{State: HomeNode, Hosts: f.pinnedHosts(v)}, pinned: f.pinsHosts(driver, terms(v))}
	if f.nodesGap != nil {
		found.home.State, found.home.Why = HomeUnknown, fact.New("NodesUnread", "reason", f.nodesGap.Reason)
		return found
	}
	for _, n := range f.candidates(v) {
		if volumehelpers.CheckNodeAffinity(v, n.Labels) == nil {
			found.home.Nodes = append(found.home.Nodes, n)
		}
	}
	if len(found.home.Nodes) == 0 {
		f.whyNone(v, &found)
	} else if len(found.home.Hosts) > 1 {
		f.absent(v, &found)
	}
	return found
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
