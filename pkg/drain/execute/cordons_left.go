package execute

import (
	"context"

	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// cordonsLeft says which nodes this run has cordoned for a while and has not uncordoned: the Pods that were evicted there wait until that
// is done, by the same command or by hand.
func (r *run) cordonsLeft(ctx context.Context) {
	left, uids := map[string]string{}, map[string]types.UID{}
	var nodes []string
	for i, s := range r.plan.Steps {
		p, ok := s.Parameters.(*drain.CordonParameters)
		switch {
		case !ok || p.For == "" || !r.wrote[i]:
		case s.Action == drain.UncordonNode:
			delete(left, s.Object.Name)
		default:
			left[s.Object.Name] = p.For
			nodes = append(nodes, s.Object.Name)
			uids[s.Object.Name] = s.Object.UID
		}
	}
	for _, node := range nodes {
		if volume, still := left[node]; still && r.cordonedStill(ctx, node, uids[node]) {
			r.left(fact.New("NodeCordonedForReturn", "node", node, "volume", volume).Offering(fact.Kubectl("uncordon", node)))
		}
	}
}

// forAWhile reports whether a step cordons a node only until a later one uncordons it.
func forAWhile(s drain.Step) bool {
	p, ok := s.Parameters.(*drain.CordonParameters)
	return ok && p.For != ""
}
