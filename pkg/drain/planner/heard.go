package planner

import "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"

// heard reports whether what a Pod on a node says of itself can be believed: an unreachable node says nothing new.
func (p *relocator) heard(node string) bool {
	n := p.ix.Node(node)
	if n == nil || p.evict == nil && p.places.departing[node] {
		return false
	}
	condition, _ := inspect.ConditionOf(n)
	return condition != inspect.NodeUnknown
}
