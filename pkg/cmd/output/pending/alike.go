package pending

import (
	"cmp"
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// maxNodeRows is how many kinds of Nodes are told apart: more are not read.
const maxNodeRows = 10

// nodeGroup are Nodes that look alike.
type nodeGroup struct {
	names []string
	look  nodeLook
}

// leftOut counts what is not shown.
type leftOut struct{ nodes, ways int }

// alikeNodes groups the Nodes of a report, those first where least is wrong. Nodes are alike if the same is told of
// them; if that makes too many groups, if it differs only in amounts; then, only in amounts and names. If there are too
// many even so, the smallest groups are left out, and counted.
func alikeNodes(r pending.PodReport) ([]nodeGroup, leftOut) {
	looks, verdicts := make([]nodeLook, len(r.Nodes)), withVerdicts(r)
	for i, n := range r.Nodes {
		looks[i] = look(r, n, verdicts)
	}
	var groups []nodeGroup
	for _, a := range []alikeness{exactly, butForAmounts, butForNames} {
		if groups = groupNodes(r, looks, a); len(groups) <= maxNodeRows {
			break
		}
	}
	groups, left := largest(groups)
	slices.SortStableFunc(groups, func(a, b nodeGroup) int {
		return cmp.Or(cmp.Compare(a.look.rank(), b.look.rank()), compareNames(splitNumber(a.names[0]), splitNumber(b.names[0])))
	})
	return groups, left
}

func groupNodes(r pending.PodReport, looks []nodeLook, a alikeness) []nodeGroup {
	type members struct {
		names []string
		looks []nodeLook
	}
	byLook := map[string]*members{}
	var order []*members
	for i, n := range r.Nodes {
		key := looks[i].key(a)
		m := byLook[key]
		if m == nil {
			m = &members{}
			byLook[key] = m
			order = append(order, m)
		}
		m.names, m.looks = append(m.names, n.Names...), append(m.looks, looks[i])
	}
	groups := make([]nodeGroup, 0, len(order))
	for _, m := range order {
		slices.SortFunc(m.names, func(a, b string) int { return compareNames(splitNumber(a), splitNumber(b)) })
		groups = append(groups, nodeGroup{names: m.names, look: merged(m.looks)})
	}
	return groups
}

// largest keeps the groups of most Nodes, and those where least is wrong whatever their size.
func largest(groups []nodeGroup) ([]nodeGroup, leftOut) {
	var left leftOut
	if len(groups) <= maxNodeRows {
		return groups, left
	}
	slices.SortStableFunc(groups, func(a, b nodeGroup) int {
		return cmp.Or(cmp.Compare(a.look.rank()/2, b.look.rank()/2), cmp.Compare(len(b.names), len(a.names)))
	})
	for _, g := range groups[maxNodeRows:] {
		left.nodes += len(g.names)
		left.ways++
	}
	return groups[:maxNodeRows], left
}
