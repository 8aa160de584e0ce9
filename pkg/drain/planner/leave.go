package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// What is the same whether the node that is left is dead or lives.

// nodeUnknown says that Nodes could not be read.
func nodeUnknown(name string, gap inspect.Gap) fact.Fact {
	return fact.New("NodeExistenceUnknown", "node", name, "gap", gap)
}

// unreadableOwners blocks if it is not known which controllers recreate Pods.
func (p *planner) unreadableOwners() {
	for _, kind := range []inspect.Kind{inspect.StatefulSets, inspect.ReplicaSets, inspect.StorageClasses} {
		if gap, ok := p.ix.Gap(kind); ok {
			p.block(drain.BlockedUnknown, "", fact.New("OwnersUnknown", "kind", kind, "gap", gap))
		}
	}
}

// excluded blocks where claims cannot move, and warns of those that are left alone. All are the members that were found, leaving the Pods that
// are evicted.
func (p *planner) excluded(found *workload.Finder, all []*workload.Member, leaving []*corev1.Pod) {
	for _, m := range found.Shared {
		if p.chosen(m.Member) {
			p.saidOf(m.Member.Key.String(), func() { p.block(drain.BlockedShared, "", m.Why) })
		}
	}
	for _, v := range found.Foreign {
		if name, chosen := p.memberOfForeign(v, all); chosen {
			p.saidOf(name, func() { p.understood(v) })
		}
	}
	for _, why := range found.Excluded {
		p.warn(why)
	}
	for _, l := range found.LeftAlone {
		p.tellLeftAlone(l, leaving)
	}
}
