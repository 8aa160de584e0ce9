package execute

import (
	"context"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// nodeDied refuses if the node of a Pod that is being evicted is unreachable, or gone: nobody there can confirm that the Pod has stopped.
// That the Node cannot be read says nothing.
func (s *stepRun) nodeDied(ctx context.Context, name string) error {
	if name == "" {
		return nil
	}
	n, err := s.live.node(ctx, name)
	if err != nil {
		return nil //nolint:nilerr // the eviction goes on as if nothing were known
	}
	recovers := fact.Plugin("recover", name)
	if n == nil {
		return refused(fact.New("NodeGoneMeanwhile", "node", name).Offering(recovers))
	}
	if condition, _ := inspect.ConditionOf(n); condition == inspect.NodeUnknown {
		return refused(fact.New("NodeDiedMeanwhile", "node", name).Offering(recovers))
	}
	return nil
}
