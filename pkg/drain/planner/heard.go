package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// serves reports whether a Pod is Ready and is to stay so.
func serves(pod *corev1.Pod) bool { return workload.Ready(pod) && pod.DeletionTimestamp == nil }

// heard reports whether what a Pod on a node says of itself can be believed while that of the nodes that are left cannot.
func (p *relocator) heard(node string) bool {
	return (p.evict != nil || !p.places.departing[node]) && p.answers(node)
}

// answers reports whether what a Pod on a node says of itself can be believed: an unreachable node says nothing new.
func (p *planner) answers(node string) bool {
	n := p.ix.Node(node)
	if n == nil {
		return false
	}
	condition, _ := inspect.ConditionOf(n)
	return condition != inspect.NodeUnknown
}
