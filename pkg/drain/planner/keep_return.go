package planner

import (
	"context"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/placement"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Whether the members whose claims stay can run on the node again.

// returns judges the replacement Pods of the members on the node as it will be: back, uncordoned, and without those that leave it now. One that asks
// for something else than the present Pod and does not fit is not evicted; of one that asks for the same it is told, since that is not changed by
// the drain. Its errors are those of the judge.
func (p *drainPlanner) returns(ctx context.Context, newJudge placement.NewJudge, members []*workload.Member) error {
	var asked []placement.Member
	for _, m := range members {
		goes := slices.ContainsFunc(m.Claims, func(c workload.Claim) bool { return p.goesWithPod(c) }) // of that, risksOfDying tells
		if !m.Ephemeral && !m.Ends && !goes && !m.Owner.None() && slices.ContainsFunc(m.Placed, p.takesDown) {
			asked = append(asked, &comingBack{ix: p.ix, member: m})
		}
	}
	if len(asked) == 0 {
		return nil
	}
	solution, err := placement.Search(ctx, placement.Problem{Index: inspect.NewIndex(p.afterwards()), NewJudge: newJudge, Members: asked})
	if err != nil {
		return err
	}
	for i, why := range solution.Why {
		back, _ := asked[i].(*comingBack)
		if why.IsZero() || why.Code == "FuturePodUnknown" || why.Code == "TemplateNamesNode" {
			continue
		}
		p.saidOf(back.Key().String(), func() { p.doesNotReturn(back.member, why) })
	}
	return nil
}

// doesNotReturn is about a member whose next Pod does not fit.
func (p *drainPlanner) doesNotReturn(m *workload.Member, why fact.Fact) {
	if p.asksTheSame(m) {
		p.warn(fact.New("DoesNotReturn", "member", m.Key, "node", p.node.Name, "why", why))
		return
	}
	other := fact.New("NextPodDoesNotReturn", "member", m.Key, "node", p.node.Name, "owner", m.Owner, "why", why)
	if p.req.AllowDown {
		p.warn(other)
		return
	}
	p.block(drain.BlockedNowhere, allowDown, other)
}

// asksTheSame reports whether the replacement Pods of a member ask for what those that it has ask for.
func (p *drainPlanner) asksTheSame(m *workload.Member) bool {
	for _, next := range m.FuturePods(p.ix) {
		wants := workload.DemandsOf(next)
		if !slices.ContainsFunc(m.Placed, func(pod *corev1.Pod) bool { return maps.Equal(wants, workload.DemandsOf(pod)) }) {
			return false
		}
	}
	return true
}

// afterwards is the Snapshot when the node is back and uncordoned, and the Pods that leave it have gone.
func (p *drainPlanner) afterwards() *inspect.Snapshot {
	s := *p.ix.Snapshot
	s.Pods = slices.DeleteFunc(slices.Clone(s.Pods), p.leavesNode)
	s.Nodes = slices.Clone(s.Nodes)
	for i, n := range s.Nodes {
		if n.Name == p.node.Name {
			s.Nodes[i] = healthy(n)
		}
	}
	s.Volumes = slices.Clone(s.Volumes)
	for i, v := range s.Volumes {
		if p.comesBackFree(v) {
			s.Volumes[i] = v.DeepCopy()
			s.Volumes[i].Spec.ClaimRef, s.Volumes[i].Status.Phase = nil, corev1.VolumeAvailable
		}
	}
	return &s
}

// comesBackFree reports whether the claim of a volume goes with a Pod that leaves, and the volume's policy frees the disk for the next.
func (p *drainPlanner) comesBackFree(v *corev1.PersistentVolume) bool {
	c := p.ix.ClaimOf(v)
	return c != nil && workload.OwnedByPod(c) && v.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimDelete &&
		slices.ContainsFunc(p.ix.Consumers(c.Namespace, c.Name), p.leavesNode)
}

// healthy is a Node that is Ready and not cordoned, without the taints by which Kubernetes says that one is not.
func healthy(n *corev1.Node) *corev1.Node {
	n = n.DeepCopy()
	n.Spec.Unschedulable = false
	n.Spec.Taints = slices.DeleteFunc(n.Spec.Taints, func(t corev1.Taint) bool { return strings.HasPrefix(t.Key, "node.kubernetes.io/") })
	n.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}}
	return n
}

// comingBack is a member as placement sees it whose claims stay.
type comingBack struct {
	ix     *inspect.Index
	member *workload.Member
}

// Key implements placement.Member.
func (c *comingBack) Key() types.NamespacedName { return c.member.Key }

// Owner implements placement.Member.
func (c *comingBack) Owner() inspect.Owner { return c.member.Owner }

// Group implements placement.Member.
func (c *comingBack) Group() string { return c.member.GroupName() }

// Moves implements placement.Member.
func (c *comingBack) Moves() bool { return true }

// Present implements placement.Member.
func (c *comingBack) Present() []*corev1.Pod { return c.member.Pods() }

// Future implements placement.Member.
func (c *comingBack) Future() []*corev1.Pod { return c.member.FuturePods(c.ix) }

// Claims implements placement.Member: those that the StatefulSet creates with the replacement Pod, since there are none yet.
func (c *comingBack) Claims() []placement.Claim {
	var out []placement.Claim
	for _, next := range c.member.ToCome(c.ix, func(key types.NamespacedName) bool { return c.ix.Claim(key.Namespace, key.Name) != nil }) {
		out = append(out, placement.Claim{Key: next.Key(), Becomes: next.Manifest})
	}
	return out
}

// Siblings implements placement.Member.
func (c *comingBack) Siblings() []*corev1.Pod { return nil }
