package planner

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// severalHomes says that a volume can be used on several nodes, of which one has its data, and nothing says which: its Pods may start on
// another, and a directory may be there too. Whoever cordons the others knows.
func severalHomes(ix *inspect.Index, v *corev1.PersistentVolume) (why fact.Fact, several bool) {
	if !ix.SeveralHomes(v) {
		return fact.Fact{}, false
	}
	nodes, gone := ix.DataNames(v)
	return fact.New("DataOnOneOf", "nodes", nodes, "gone", gone), true
}

// refusesSeveral blocks if a volume is given to a claim whose Pods may then start without the data that is on it.
func (p *planner) refusesSeveral(v *corev1.PersistentVolume) {
	if why, several := severalHomes(p.ix, v); several {
		p.block(drain.BlockedShared, "", fact.New("GivenAtSeveralHomes", "volume", v.Name, "why", why))
	}
}

// tellsAstray is refusesSeveral, and tells besides of data that is known to be on other nodes than those where Pods may start. It blocks if a
// claim gets the volume whose Pods cannot start where the data is.
func (p *planner) tellsAstray(v *corev1.PersistentVolume, claim drain.Object) {
	p.refusesSeveral(v)
	why, astray := p.ix.Astray(v)
	if !astray {
		return
	}
	if kept, cure := keptFrom(p.sitesOf(v), p.ix.Consumers(claim.Namespace, claim.Name)); !kept.IsZero() {
		p.block(drain.BlockedShared, "", fact.New("KeptFromData", "volume", v.Name, "why", why, "kept", kept, "cure", cure))
		return
	}
	p.warn(fact.New("ReattachedAstray", "volume", v.Name, "why", why))
}

// sitesOf are the Nodes that have the data of a volume, or may have.
func (p *planner) sitesOf(v *corev1.PersistentVolume) []*corev1.Node {
	var out []*corev1.Node
	for _, name := range p.ix.DataOn(v).Nodes {
		if n := p.ix.Node(name); n != nil {
			out = append(out, n)
		}
	}
	return out
}

// keptFrom says why none of some Nodes takes Pods now, and what changes that; both are zero if one of them may. There is at least one Node, or
// nothing is said.
func keptFrom(nodes []*corev1.Node, pods []*corev1.Pod) (why, cure fact.Fact) {
	for i, n := range nodes {
		refusal, change := refusesPods(n, pods)
		if refusal.IsZero() {
			refusal, change = unselected(n, pods)
		}
		if refusal.IsZero() {
			return fact.Fact{}, fact.Fact{}
		}
		if i == 0 {
			why, cure = refusal, change
		}
	}
	return why, cure
}

// unselected says that Pods select other Nodes, by their selector or affinity, and what changes that; both are zero if all of them select this.
func unselected(n *corev1.Node, pods []*corev1.Pod) (why, cure fact.Fact) {
	for _, pod := range pods {
		if match, err := nodeaffinity.GetRequiredNodeAffinity(pod).Match(n); err == nil && !match {
			return fact.New("PodSelectsOtherNodes", "pod", drain.PodObject(pod), "node", n.Name), fact.New("CureSelectFirst")
		}
	}
	return fact.Fact{}, fact.Fact{}
}
