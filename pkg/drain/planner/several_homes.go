package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
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

// refusesSeveral blocks if a volume is given to a claim whose Pods may then start without the data that is on it. If only cordons keep them
// from that, it tells which.
func (p *planner) refusesSeveral(v *corev1.PersistentVolume) {
	if why, several := severalHomes(p.ix, v); several {
		p.block(drain.BlockedShared, "", fact.New("GivenAtSeveralHomes", "volume", v.Name, "why", why))
	}
	p.tellClosed(v)
}

// closedHomes are the other Nodes and hosts where the scheduler would let Pods of a volume start that runs on one: they are cordoned, or do not
// exist. None, if it is not known that all but that one are.
func closedHomes(ix *inspect.Index, v *corev1.PersistentVolume) (open string, closed []string) {
	home := ix.HomeOf(v)
	if home.State != inspect.HomeNode {
		return "", nil
	}
	names, _ := ix.DataNames(v)
	for _, name := range names {
		switch n := ix.Node(name); {
		case !slices.Contains(home.Names(), name) && !slices.Contains(home.Hosts, name): // a record names it, not the affinity
		case n == nil || n.Spec.Unschedulable:
			closed = append(closed, name)
		case open != "":
			return "", nil
		default:
			open = name
		}
	}
	if open == "" {
		return "", nil
	}
	return open, closed
}

// tellClosed tells of a volume that a claim gets and that can be used on one Node only as long as others take no Pods.
func (p *planner) tellClosed(v *corev1.PersistentVolume) {
	if open, closed := closedHomes(p.ix, v); len(closed) > 0 {
		p.warn(fact.New("ClosedHomes", "volume", v.Name, "node", open, "closed", closed))
	}
}

// tellsAstray is refusesSeveral, and tells besides of data that is known to be on other nodes than those where Pods may start. It blocks if a
// claim gets the volume whose Pods cannot start where the data is, as that node does not exist for example, or of which labels that a Node has
// lost say nothing.
func (p *planner) tellsAstray(v *corev1.PersistentVolume, claim drain.Object) {
	if b := p.homeMissing(v); b != nil {
		p.block(b.Code, b.Override, b.Reason)
		return
	}
	if home := p.ix.HomeOf(v); home.State == inspect.HomeUnknown {
		p.block(drain.BlockedUnknown, "", fact.New("HomeUnknown", "volume", v.Name, "why", home.Why))
		return
	}
	p.refusesSeveral(v)
	why, astray := p.ix.Astray(v)
	if !astray {
		return
	}
	if kept, cure := match.KeptFrom(match.SitesOf(p.ix, v), p.ix.Consumers(claim.Namespace, claim.Name)); !kept.IsZero() {
		p.block(drain.BlockedShared, "", fact.New("KeptFromData", "volume", v.Name, "why", why, "kept", kept, "cure", cure))
		return
	}
	p.startsAstray(v, why, p.ix.Consumers(claim.Namespace, claim.Name))
}

// startsAstray is about a volume whose Pods may start where its data is, and elsewhere. It blocks if that can be prevented and is not: nodes that
// do not have the data can be cordoned.
func (p *planner) startsAstray(v *corev1.PersistentVolume, why fact.Fact, pods []*corev1.Pod) {
	if open := match.OpenWithoutData(p.ix, v, pods); len(open) > 0 {
		p.block(drain.BlockedShared, "", match.StartsWithoutData(p.ix, v, why, open))
		return
	}
	p.warn(fact.New("ReattachedAstray", "volume", v.Name, "why", why))
}
