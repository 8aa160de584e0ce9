package drain

import (
	"context"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Standing is what the Plan found around a member and what must still be so when its claim is deleted: minutes may have
// passed since, with a question or with earlier members.
type Standing struct {
	// Owner is the controller that makes the member's Pod, OwnerUID its UID, and Named are the names of its other Pods.
	Owner    string    `json:"owner,omitempty"`
	OwnerUID types.UID `json:"ownerUID,omitempty"`
	Named    []string  `json:"named,omitempty"`
	// Ready is how many other members have to be Ready on nodes that answer; 0 if it does not matter, or was given up.
	Ready int `json:"ready,omitempty"`
	// Node is where the member is to land, empty if it is not known.
	Node string `json:"node,omitempty"`
	// NoOutage wants most nodes to be Ready.
	NoOutage bool `json:"noOutage,omitempty"`
}

// standing is what the Plan rests on when it deletes the claims of a member.
func (p *mover) standing(m *member, peers peers) *Standing {
	s := &Standing{Owner: m.direct.String(), OwnerUID: m.direct.UID, NoOutage: p.noOutage}
	if m.place != nil {
		s.Node = m.place.node
	}
	if !peers.counted || slices.ContainsFunc(m.claims, p.accepted) {
		return s
	}
	s.Ready = majority(peers.wanted)
	for _, pod := range p.ix.Pods {
		if pod.Namespace == m.key.Namespace && pod.Name != m.key.Name && p.ix.OwnerOf(pod) == m.owner && !slices.Contains(m.pods(), pod) {
			s.Named = append(s.Named, pod.Name)
		}
	}
	slices.Sort(s.Named)
	return s
}

// accepted reports whether the loss of what a claim holds was accepted.
func (p *mover) accepted(c memberClaim) bool { return slices.Contains(p.accept, c.key()) }

// stands looks at the nodes and at the other members once more. A waiting decision says what is waited for: members that
// are not Ready may be so again.
func (r *run) stands(ctx context.Context, s Step, v *corev1.PersistentVolume, pods []*corev1.Pod) (waiting string, err error) {
	want := s.Precondition.Standing
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
	if err := want.nodesStand(nodes); err != nil {
		return "", err
	}
	if want.Ready == 0 {
		return "", nil
	}
	serving := 0
	for _, p := range pods {
		if want.counts(p, s.Precondition.Member) && ready(p) && p.DeletionTimestamp == nil && answers(nodes[p.Spec.NodeName]) {
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
func (s *Standing) counts(p *corev1.Pod, member string) bool {
	if s == nil || p.Name == member {
		return false
	}
	ref := metav1.GetControllerOf(p)
	return slices.Contains(s.Named, p.Name) || ref != nil && ref.UID == s.OwnerUID
}

// homeStillDead looks whether the volume that is left has a home by now. A Node that is gone is known by the host that the
// volume names, and may come back under another name.
func (r *run) homeStillDead(nodes map[string]*corev1.Node, s Step, v *corev1.PersistentVolume) error {
	for _, d := range s.Precondition.Dead {
		if err := nodeStillDead(nodes[d.Name], d); err != nil {
			return r.answered(err)
		}
	}
	if len(s.Precondition.Dead) == 0 {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(nodes)) {
		n := nodes[name]
		known := func(d DeadNode) bool { return d.UID == n.UID }
		if volumehelpers.CheckNodeAffinity(v, n.Labels) != nil || slices.ContainsFunc(r.plan.dead, known) {
			continue
		}
		return r.answered(&returnedError{fmt.Sprintf("node %s, which volume %s is on, is there again%s", name, v.Name, stopped)})
	}
	return nil
}

// nodesStand refuses in an outage, and if the member has nowhere to go any more.
func (s *Standing) nodesStand(nodes map[string]*corev1.Node) error {
	down := 0
	for _, n := range nodes {
		if condition, _ := inspect.ConditionOf(n); condition != inspect.NodeReady {
			down++
		}
	}
	var err error
	switch n := nodes[s.Node]; {
	case s.NoOutage && outage(down, len(nodes)):
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
