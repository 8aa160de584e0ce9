package execute

import (
	"context"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// stands checks the nodes and the other members of a member once more, before something is taken away from it: nodesStand is what
// else there is to say about the nodes. It returns how many too few of the others serve, as a Fact, if that is so: they may be Ready
// again, and are waited for.
func (s *stepRun) stands(
	ctx context.Context, want *drain.Safeguards, member string, pods []*corev1.Pod, nodesStand func(map[string]*corev1.Node) error,
) (waiting fact.Fact, err error) {
	nodes, err := s.live.nodes(ctx)
	if err != nil {
		return fact.Fact{}, err
	}
	if err := nodesStand(nodes); err != nil {
		return fact.Fact{}, err
	}
	if err := nodesAllow(want, nodes); err != nil {
		return fact.Fact{}, err
	}
	if first := firstUnready(want, pods); first != "" {
		return fact.New("EarlierMemberNotReady", "first", first, "owner", want.Owner, "object", s.step.Object), nil
	}
	if want.Ready == 0 {
		return fact.Fact{}, nil
	}
	serving := 0
	for _, pod := range pods {
		if counts(want, pod, member) && workload.Ready(pod) && pod.DeletionTimestamp == nil && reachable(nodes[pod.Spec.NodeName]) {
			serving++
		}
	}
	if serving < want.Ready {
		return fact.New("TooFewReadyPeers", "have", serving, "owner", want.Owner, "want", want.Ready, "object", s.step.Object), nil
	}
	return fact.Fact{}, nil
}

// firstUnready is the first of the Pods of a StatefulSet without which it does not recreate the member's, and that is not Ready; empty if
// all are.
func firstUnready(s *drain.Safeguards, pods []*corev1.Pod) string {
	for _, name := range s.Earlier {
		if !slices.ContainsFunc(pods, func(p *corev1.Pod) bool { return p.Name == name && workload.Ready(p) && p.DeletionTimestamp == nil }) {
			return name
		}
	}
	return ""
}

// counts reports whether a Pod is one of the other members.
func counts(s *drain.Safeguards, p *corev1.Pod, member string) bool {
	if s == nil || p.Name == member || slices.Contains(s.Leaving, p.Name) {
		return false
	}
	ref := metav1.GetControllerOf(p)
	return slices.Contains(s.Named, p.Name) || slices.Contains(s.Earlier, p.Name) || ref != nil && ref.UID == s.OwnerUID
}

// homeStillDead checks whether the volume that is left has a home again. A Node that is gone is known by the host that the
// volume names, and may come back under another name.
func (s *stepRun) homeStillDead(nodes map[string]*corev1.Node, p *drain.DeleteClaimParameters, v *corev1.PersistentVolume) error {
	for _, d := range p.Nodes {
		if err := liveness.StillDead(nodes[d.Name], d); err != nil {
			return s.noteReturned(err)
		}
	}
	if len(p.Nodes) == 0 {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(nodes)) {
		n := nodes[name]
		known := func(d liveness.DeadNode) bool { return d.UID == n.UID }
		if volumehelpers.CheckNodeAffinity(v, n.Labels) != nil || slices.ContainsFunc(s.plan.RestsOn, known) {
			continue
		}
		return s.noteReturned(&liveness.ReturnedError{Reason: fact.New("NodeOfVolumeBack", "node", name, "volume", v.Name)})
	}
	return nil
}

// nodesAllow refuses in an outage, and if the member has nowhere left to go.
func nodesAllow(s *drain.Safeguards, nodes map[string]*corev1.Node) error {
	down := 0
	for _, n := range nodes {
		if condition, _ := inspect.ConditionOf(n); condition != inspect.NodeReady {
			down++
		}
	}
	switch n := nodes[s.Node]; {
	case s.NoOutage && liveness.Outage(down, len(nodes)):
		return refused(fact.New("MostNodesDown", "have", down, "of", len(nodes)))
	case s.Node == "":
		return nil
	case n == nil:
		return refused(fact.New("LandingNodeGone", "node", s.Node))
	case n.Spec.Unschedulable && !s.Cordoned:
		return refused(fact.New("LandingNodeCordoned", "node", s.Node))
	default:
		added := addedTo(s.Taints, workload.TaintsOf(n))
		if s.Kept { // it is rebooted
			added = lasting(added)
		} else if condition, _ := inspect.ConditionOf(n); condition != inspect.NodeReady {
			return refused(fact.New("LandingNodeNotReady", "node", s.Node, "condition", condition))
		}
		if len(added) > 0 {
			return refused(fact.New("LandingNodeTainted", "node", s.Node, "taints", added))
		}
		return nil
	}
}

// reachable reports whether what Pods on a Node say of themselves can be believed.
func reachable(n *corev1.Node) bool {
	if n == nil {
		return false
	}
	condition, _ := inspect.ConditionOf(n)
	return condition != inspect.NodeUnknown
}
