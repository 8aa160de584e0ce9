package execute

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

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
)

// cordon keeps new Pods off a node.
func (r *run) cordon(ctx context.Context, s drain.Step) (decision, error) {
	n, err := r.live.node(ctx, s.Object.Name)
	switch {
	case err != nil:
		return decision{}, err
	case n == nil:
		return doneWith("the Node object is gone by now")
	case n.UID != s.Object.UID:
		return decision{}, &liveness.ReturnedError{Message: fmt.Sprintf("node %s has been made anew since this was planned", n.Name)}
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
func (r *run) stillDead(ctx context.Context, s drain.Step) error {
	if len(s.Precondition.Dead) == 0 {
		return nil
	}
	if answered := r.returned.Load(); answered != nil {
		return answered
	}
	err := r.leasesUnmoved(ctx, s.Precondition.Dead)
	for i := 0; err == nil && s.Precondition.Safeguards == nil && i < len(s.Precondition.Dead); i++ { // else all Nodes have been looked at
		err = r.stillDeadNode(ctx, s.Precondition.Dead[i])
	}
	return r.answered(err)
}

// answered takes note of a node that answers, if that is what the error says.
func (r *run) answered(err error) error {
	if answered, ok := errors.AsType[*liveness.ReturnedError](err); ok {
		r.returned.CompareAndSwap(nil, answered)
	}
	return err
}

// leasesUnmoved looks at the leases of the nodes that a step is about, and of all others that are left.
func (r *run) leasesUnmoved(ctx context.Context, about []liveness.DeadNode) error {
	all := slices.DeleteFunc(slices.Clone(r.plan.Dead), func(d liveness.DeadNode) bool { return d.Replaced })
	others := slices.ContainsFunc(all, func(d liveness.DeadNode) bool { return !slices.Contains(about, d) })
	if !others {
		return r.leasesUnmovedOf(ctx, all)
	}
	leases, err := r.live.leases(ctx)
	if err != nil {
		return err
	}
	for _, d := range all {
		if lease := liveness.LeaseOf(leases, d.Name); lease != nil && lease.ResourceVersion != d.Lease {
			return moving(d)
		}
	}
	return nil
}

// leasesUnmovedOf looks at single leases, of which there are few then.
func (r *run) leasesUnmovedOf(ctx context.Context, all []liveness.DeadNode) error {
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

func moving(d liveness.DeadNode) error {
	return &liveness.ReturnedError{Message: fmt.Sprintf("the kubelet of node %s renews its lease again%s", d.Name, liveness.Stopped)}
}

func (r *run) stillDeadNode(ctx context.Context, d liveness.DeadNode) error {
	n, err := r.live.node(ctx, d.Name)
	if err != nil {
		return err
	}
	return liveness.StillDead(n, d)
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
