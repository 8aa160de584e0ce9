package output

import (
	"cmp"
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
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

// alikeNodes groups the Nodes of a report, those first where least is wrong. Nodes are alike if the same is said of
// them word for word; if that makes too many groups, if it differs only in amounts; then, only in amounts and
// names. If there are too many even so, the smallest groups are left out, and counted.
func alikeNodes(r inspect.PodReport) ([]nodeGroup, leftOut) {
	looks := make([]nodeLook, len(r.Nodes))
	for i, n := range r.Nodes {
		looks[i] = look(r, n)
	}
	var groups []nodeGroup
	for _, same := range []func(string) string{
		func(text string) string { return text },
		func(text string) string { return shape(text, false) },
		func(text string) string { return shape(text, true) },
	} {
		if groups = groupNodes(r, looks, same); len(groups) <= maxNodeRows {
			break
		}
	}
	groups, left := largest(groups)
	slices.SortStableFunc(groups, func(a, b nodeGroup) int {
		return cmp.Or(cmp.Compare(a.look.rank(), b.look.rank()), compareNames(splitNumber(a.names[0]), splitNumber(b.names[0])))
	})
	return groups, left
}

func groupNodes(r inspect.PodReport, looks []nodeLook, same func(string) string) []nodeGroup {
	type members struct {
		names          []string
		volumes, other []string
		first          nodeLook
	}
	byLook := map[nodeLook]*members{}
	var order []*members
	for i, n := range r.Nodes {
		l := looks[i]
		key := l
		key.volumes, key.other = same(l.volumes), same(l.other)
		m := byLook[key]
		if m == nil {
			m = &members{first: l}
			byLook[key] = m
			order = append(order, m)
		}
		m.names, m.volumes, m.other = append(m.names, n.Name), append(m.volumes, l.volumes), append(m.other, l.other)
	}
	groups := make([]nodeGroup, 0, len(order))
	for _, m := range order {
		l := m.first
		l.volumes, l.other = merged(m.volumes), merged(m.other)
		slices.SortFunc(m.names, func(a, b string) int { return compareNames(splitNumber(a), splitNumber(b)) })
		groups = append(groups, nodeGroup{names: m.names, look: l})
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
