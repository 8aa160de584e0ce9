package drain

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	coordinationv1 "k8s.io/api/coordination/v1"
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

// stillDead looks again at the nodes that a destructive step takes for dead: closely at those that it is about, and at the
// leases of all others that are left. Once one of them has answered, nothing more is deleted.
func (r *run) stillDead(ctx context.Context, s Step) error {
	if len(s.Precondition.Dead) == 0 {
		return nil
	}
	if answered := r.returned.Load(); answered != nil {
		return answered
	}
	err := r.silent(ctx, s.Precondition.Dead)
	for i := 0; err == nil && s.Precondition.Standing == nil && i < len(s.Precondition.Dead); i++ { // else all Nodes have been looked at
		err = r.stillDeadNode(ctx, s.Precondition.Dead[i])
	}
	return r.answered(err)
}

// answered takes note of a node that answers, if that is what the error says.
func (r *run) answered(err error) error {
	if answered, ok := errors.AsType[*returnedError](err); ok {
		r.returned.CompareAndSwap(nil, answered)
	}
	return err
}

// silent looks at the leases of the nodes that a step is about, and of all others that are left.
func (r *run) silent(ctx context.Context, about []DeadNode) error {
	all := slices.DeleteFunc(slices.Clone(r.plan.dead), func(d DeadNode) bool { return d.Replaced })
	others := slices.ContainsFunc(all, func(d DeadNode) bool { return !slices.Contains(about, d) })
	if !others {
		return r.silentAlone(ctx, all)
	}
	leases, err := r.live.leases(ctx)
	if err != nil {
		return err
	}
	for _, d := range all {
		if lease := leaseOf(leases, d.Name); lease != nil && lease.ResourceVersion != d.Lease {
			return moving(d)
		}
	}
	return nil
}

// silentAlone looks at single leases, of which there are few then.
func (r *run) silentAlone(ctx context.Context, all []DeadNode) error {
	for _, d := range all {
		lease, err := r.live.lease(ctx, d.Name)
		if err != nil {
			return err
		}
		if lease != "" && lease != d.Lease {
			return moving(d)
		}
	}
	return nil
}

const stopped = "; stopped before anything else was deleted"

func moving(d DeadNode) error {
	return &returnedError{fmt.Sprintf("the kubelet of node %s renews its lease again%s", d.Name, stopped)}
}

func (r *run) stillDeadNode(ctx context.Context, d DeadNode) error {
	n, err := r.live.node(ctx, d.Name)
	if err != nil {
		return err
	}
	return nodeStillDead(n, d)
}

// nodeStillDead says what speaks against it that a node is as dead as it was.
func nodeStillDead(n *corev1.Node, d DeadNode) error {
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
	if d.OutOfService && !outOfService(n) {
		return &returnedError{fmt.Sprintf("the taint %s, which said that node %s is off, has been taken away%s", corev1.TaintNodeOutOfService, d.Name, stopped)}
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

// leases lists the leases of all nodes.
func (l live) leases(ctx context.Context) ([]*coordinationv1.Lease, error) {
	ctx, cancel := l.bounded(ctx)
	defer cancel()
	list, err := l.client.CoordinationV1().Leases(corev1.NamespaceNodeLease).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	var out []*coordinationv1.Lease
	for i := range list.Items {
		out = append(out, &list.Items[i])
	}
	return out, nil
}
