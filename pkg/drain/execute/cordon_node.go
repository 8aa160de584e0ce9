package execute

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// cordonNode keeps new Pods off a node, for good or for the sake of a volume.
func (s *stepRun) cordonNode(ctx context.Context, p *drain.CordonParameters) (decision, error) {
	n, err := s.live.node(ctx, s.step.Object.Name)
	switch {
	case err != nil:
		return decision{}, err
	case n == nil:
		return doneWith(fact.New("NodeObjectGone"))
	case n.UID != s.step.Object.UID:
		return decision{}, &liveness.ReturnedError{Reason: fact.New("NodeRecreatedBeforeCordon", "node", n.Name)}
	}
	users := drain.CordonedFor(n)
	switch {
	case n.Spec.Unschedulable && (len(users) == 0 || slices.Contains(users, p.For)):
		return done() // one that somebody else has cordoned is left to them
	case p.For == "":
		return s.cordonWrite(n, true, nil)
	}
	return s.cordonWrite(n, true, append(slices.Clone(users), p.For))
}

// uncordonNode lets new Pods onto a node again that was cordoned for the sake of a volume, unless another volume still needs that.
func (s *stepRun) uncordonNode(ctx context.Context, p *drain.CordonParameters) (decision, error) {
	n, err := s.live.node(ctx, s.step.Object.Name)
	switch {
	case err != nil:
		return decision{}, err
	case n == nil:
		return doneWith(fact.New("NodeObjectGone"))
	case n.UID != s.step.Object.UID, !drain.IsCordonedFor(n, p.For):
		return done()
	}
	left := slices.DeleteFunc(drain.CordonedFor(n), func(volume string) bool { return volume == p.For })
	return s.cordonWrite(n, len(left) > 0, left)
}

// cordonWrite cordons a Node, or not, and notes for which volumes, if for any.
func (s *stepRun) cordonWrite(n *corev1.Node, cordoned bool, users []string) (decision, error) {
	meta, spec := map[string]any{"resourceVersion": n.ResourceVersion}, map[string]any{"unschedulable": cordoned}
	switch {
	case len(users) > 0:
		meta["annotations"] = map[string]any{drain.AnnCordonedFor: strings.Join(users, ",")}
	case n.Annotations[drain.AnnCordonedFor] != "":
		meta["annotations"] = map[string]any{drain.AnnCordonedFor: nil}
	}
	if !cordoned {
		spec["unschedulable"] = nil
	}
	patch, err := json.Marshal(map[string]any{"metadata": meta, "spec": spec})
	if err != nil {
		return decision{}, err
	}
	return decision{write: func(ctx context.Context) error {
		_, err := s.Client.CoreV1().Nodes().Patch(ctx, n.Name, types.MergePatchType, patch, metav1.PatchOptions{FieldManager: fieldManager})
		return err
	}}, nil
}
