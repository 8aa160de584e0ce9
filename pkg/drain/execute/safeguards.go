package execute

import (
	"context"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// stands looks at the nodes and at the other members once more. A waiting decision says what is waited for: members that
// are not Ready may be so again.
func (r *run) stands(ctx context.Context, s drain.Step, v *corev1.PersistentVolume, pods []*corev1.Pod) (waiting string, err error) {
	want := s.Precondition.Safeguards
	if want == nil {
		return "", nil
	}
	nodes, err := r.live.nodes(ctx)
	if err != nil {
		return "", err
	}
	if err := r.homeStillDead(nodes, s, v); err != nil {
		return "", err
	}
	if err := nodesAllow(want, nodes); err != nil {
		return "", err
	}
	if want.Ready == 0 {
		return "", nil
	}
	serving := 0
	for _, p := range pods {
		if counts(want, p, s.Precondition.Member) && workload.Ready(p) && p.DeletionTimestamp == nil && answers(nodes[p.Spec.NodeName]) {
			serving++
		}
	}
	if serving < want.Ready {
		d, _ := waitFor("%d other members of %s are Ready by now, and %d have to be before claim %s is given up", serving, want.Owner, want.Ready, s.Precondition.Claim)
		return d.message, nil
	}
	return "", nil
}

// counts reports whether a Pod is one of the other members.
func counts(s *drain.Safeguards, p *corev1.Pod, member string) bool {
	if s == nil || p.Name == member {
		return false
	}
	ref := metav1.GetControllerOf(p)
	return slices.Contains(s.Named, p.Name) || ref != nil && ref.UID == s.OwnerUID
}

// homeStillDead looks whether the volume that is left has a home by now. A Node that is gone is known by the host that the
// volume names, and may come back under another name.
func (r *run) homeStillDead(nodes map[string]*corev1.Node, s drain.Step, v *corev1.PersistentVolume) error {
	for _, d := range s.Precondition.Dead {
		if err := liveness.StillDead(nodes[d.Name], d); err != nil {
			return r.answered(err)
		}
	}
	if len(s.Precondition.Dead) == 0 {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(nodes)) {
		n := nodes[name]
		known := func(d liveness.DeadNode) bool { return d.UID == n.UID }
		if volumehelpers.CheckNodeAffinity(v, n.Labels) != nil || slices.ContainsFunc(r.plan.Dead, known) {
			continue
		}
		return r.answered(&liveness.ReturnedError{Message: fmt.Sprintf("node %s, which volume %s is on, is there again%s", name, v.Name, liveness.Stopped)})
	}
	return nil
}

// nodesAllow refuses in an outage, and if the member has nowhere to go any more.
func nodesAllow(s *drain.Safeguards, nodes map[string]*corev1.Node) error {
	down := 0
	for _, n := range nodes {
		if condition, _ := inspect.ConditionOf(n); condition != inspect.NodeReady {
			down++
		}
	}
	var err error
	switch n := nodes[s.Node]; {
	case s.NoOutage && liveness.Outage(down, len(nodes)):
		_, err = refuse("%d of %d nodes are down by now, which looks like a fault of the network or the control plane", down, len(nodes))
	case s.Node == "":
	case n == nil:
		_, err = refuse("node %s, where the member was to land, is gone by now", s.Node)
	case n.Spec.Unschedulable:
		_, err = refuse("node %s, where the member was to land, is cordoned by now", s.Node)
	default:
		if condition, _ := inspect.ConditionOf(n); condition != inspect.NodeReady {
			_, err = refuse("node %s, where the member was to land, is %s by now", s.Node, condition)
		}
	}
	return err
}

// answers reports whether what Pods on a Node say of themselves can be believed.
func answers(n *corev1.Node) bool {
	if n == nil {
		return false
	}
	condition, _ := inspect.ConditionOf(n)
	return condition != inspect.NodeUnknown
}

// nodes lists the Nodes, by name.
func (l live) nodes(ctx context.Context) (map[string]*corev1.Node, error) {
	out := map[string]*corev1.Node{}
	opts := metav1.ListOptions{Limit: 500}
	for {
		list, err := l.nodePage(ctx, opts)
		if err != nil {
			return nil, err
		}
		for i := range list.Items {
			out[list.Items[i].Name] = &list.Items[i]
		}
		if opts.Continue = list.Continue; opts.Continue == "" {
			return out, nil
		}
	}
}

func (l live) nodePage(ctx context.Context, opts metav1.ListOptions) (*corev1.NodeList, error) {
	ctx, cancel := l.bounded(ctx)
	defer cancel()
	return l.client.CoreV1().Nodes().List(ctx, opts)
}
