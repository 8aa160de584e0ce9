package execute

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
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
	if reachable(n) {
		return nil
	}
	return died(n, name)
}

// died says that a Node is gone or unreachable.
func died(n *corev1.Node, name string) error {
	recovers := fact.Plugin("recover", name)
	if n == nil {
		return refused(fact.New("NodeGoneMeanwhile", "node", name).Offering(recovers))
	}
	return refused(fact.New("NodeDiedMeanwhile", "node", name).Offering(recovers))
}
