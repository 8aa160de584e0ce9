package execute

import (
	"context"
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// cordonNode keeps new Pods off a node.
func (s *stepRun) cordonNode(ctx context.Context, _ *drain.NoParameters) (decision, error) {
	n, err := s.live.node(ctx, s.step.Object.Name)
	switch {
	case err != nil:
		return decision{}, err
	case n == nil:
		return doneWith(fact.New("NodeObjectGone"))
	case n.UID != s.step.Object.UID:
		return decision{}, &liveness.ReturnedError{Reason: fact.New("NodeRecreatedBeforeCordon", "node", n.Name)}
	case n.Spec.Unschedulable:
		return done()
	}
	patch, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"resourceVersion": n.ResourceVersion}, "spec": map[string]any{"unschedulable": true},
	})
	if err != nil {
		return decision{}, err
	}
	return decision{write: func(ctx context.Context) error {
		_, err := s.Client.CoreV1().Nodes().Patch(ctx, n.Name, types.MergePatchType, patch, metav1.PatchOptions{FieldManager: fieldManager})
		return err
	}}, nil
}
