package planner

import (
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

// tellsAstray is refusesSeveral, and tells besides of data that is known to be on other nodes than those where Pods may start. It blocks if a
// claim gets the volume whose Pods cannot start where the data is, as that node does not exist for example, or of which labels that a Node has
// lost say nothing.
func (p *planner) tellsAstray(v *corev1.PersistentVolume, claim drain.Object) {
	if b := p.homeless(v); b != nil {
		p.block(b.Code, b.Override, b.Reason)
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

// homeless refuses a volume that a claim gets and of which no node has the data, or of which that is not known, since Nodes could not be read for
// example. It is nil if it is.
func (p *planner) homeless(v *corev1.PersistentVolume) *drain.Blocker {
	if b := p.homeMissing(v); b != nil {
		return b
	}
	if home := p.ix.HomeOf(v); home.State == inspect.HomeUnknown {
		return &drain.Blocker{Code: drain.BlockedUnknown, Reason: fact.New("HomeUnknown", "volume", v.Name, "why", home.Why)}
	}
	return nil
}

// startsAstray is about a volume whose Pods may start where its data is, and elsewhere. It blocks if that can be prevented and is not: nodes that
// do not have the data can be cordoned.
func (p *planner) startsAstray(v *corev1.PersistentVolume, why fact.Fact, pods []*corev1.Pod) {
	if open := match.OpenWithoutData(p.ix, v, pods); len(open) > 0 {
		p.block(drain.BlockedShared, "", p.ix.StartsWithoutData(v, why, open))
		return
	}
	p.warn(fact.New("ReattachedAstray", "volume", v.Name, "why", why))
}
