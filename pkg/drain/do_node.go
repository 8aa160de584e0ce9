package drain

import (
	"context"
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// returnedError says that a node that was to be left for dead answers again. Everything stops.
type returnedError struct{ message string }

// Error implements error.
func (e *returnedError) Error() string { return e.message }

// cordon keeps new Pods off a node.
func (r *run) cordon(ctx context.Context, s Step) (decision, error) {
	n, err := r.live.node(ctx, s.Object.Name)
	switch {
	case err != nil:
		return decision{}, err
	case n == nil:
		return doneWith("the Node object is gone by now")
	case n.UID != s.Object.UID:
		return decision{}, &returnedError{fmt.Sprintf("node %s has been made anew since this was planned", n.Name)}
	case n.Spec.Unschedulable:
		return doneWith("")
	}
	patch, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"resourceVersion": n.ResourceVersion}, "spec": map[string]any{"unschedulable": true},
	})
	if err != nil {
		return decision{}, err
	}
	return decision{write: func(ctx context.Context) error {
		_, err := r.Client.CoreV1().Nodes().Patch(ctx, n.Name, types.MergePatchType, patch, metav1.PatchOptions{FieldManager: fieldManager})
		return err
	}}, nil
}

// stillDead looks again at the nodes that a destructive step takes for dead.
func (r *run) stillDead(ctx context.Context, nodes []DeadNode) error {
	for _, d := range nodes {
		if err := r.stillDeadNode(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) stillDeadNode(ctx context.Context, d DeadNode) error {
	n, err := r.live.node(ctx, d.Name)
	if err != nil {
		return err
	}
	const stopped = "; stopped before anything else was deleted"
	switch {
	case n == nil:
		return nil // gone, or gone since
	case n.UID != d.UID:
		return &returnedError{fmt.Sprintf("node %s has been made anew since this was planned%s", d.Name, stopped)}
	case d.Replaced:
		return nil
	}
	if condition, _ := inspect.ConditionOf(n); condition != inspect.NodeUnknown {
		return &returnedError{fmt.Sprintf("node %s answers again (%s)%s", d.Name, condition, stopped)}
	}
	lease, err := r.live.lease(ctx, d.Name)
	if err != nil {
		return err
	}
	if lease != "" && lease != d.Lease {
		return &returnedError{fmt.Sprintf("the kubelet of node %s renews its lease again%s", d.Name, stopped)}
	}
	return nil
}

func (l live) node(ctx context.Context, name string) (*corev1.Node, error) {
	ctx, cancel := l.bounded(ctx)
	defer cancel()
	n, err := l.client.CoreV1().Nodes().Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, nil //nolint:nilnil // that it does not exist is an answer
	}
	return n, err
}

// lease is the resourceVersion of a node's lease, empty if there is none.
func (l live) lease(ctx context.Context, node string) (string, error) {
	ctx, cancel := l.bounded(ctx)
	defer cancel()
	lease, err := l.client.CoordinationV1().Leases(corev1.NamespaceNodeLease).Get(ctx, node, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return lease.ResourceVersion, nil
}
