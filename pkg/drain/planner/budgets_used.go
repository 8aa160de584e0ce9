package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// Disruption budgets that allow some evictions now, and that this drain itself uses up: a Pod that is not recreated elsewhere before the next one
// is evicted stays missing.

// usedUp tells of the budgets that never allow all of the evictions: of the Pods that wait for the node, and of those that go together since they
// use one claim.
func (p *drainPlanner) usedUp() {
	for _, b := range p.ix.PodDisruptionBudgets {
		if own := p.counted(b, p.waiting); len(own) > int(b.Status.DisruptionsAllowed) && b.Status.DisruptionsAllowed > 0 {
			p.warn(fact.New("BudgetUsedUpByNode", "budget", b.Name, "allows", int(b.Status.DisruptionsAllowed), "pods", workload.Names(own), "node", p.node.Name))
		}
		for _, together := range p.together {
			if own := p.counted(b, together); len(own) > int(b.Status.DisruptionsAllowed) && b.Status.DisruptionsAllowed > 0 {
				p.warn(fact.New("BudgetUsedUpByClaim", "budget", b.Name, "allows", int(b.Status.DisruptionsAllowed), "pods", workload.Names(own)))
			}
		}
	}
}

// counted are those of some Pods whose evictions a budget counts, sorted by name.
func (p *drainPlanner) counted(b *policyv1.PodDisruptionBudget, pods []*corev1.Pod) []*corev1.Pod {
	return workload.PodsByName(slices.DeleteFunc(slices.Clone(pods), func(pod *corev1.Pod) bool {
		return pod.Namespace != b.Namespace || !serves(pod) || !selects(b, pod) || len(p.budgetsOf(pod)) > 1
	}))
}
