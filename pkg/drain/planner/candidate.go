package planner

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/placement"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// candidate is a member as placement sees it. One that an earlier run has moved is where it is; of one whose claims go with its
// Pod, only the Pod is in the way.
type candidate struct {
	ix     *inspect.Index
	member *workload.Member
}

// candidates are members as placement sees them, in the same order.
func candidates(ix *inspect.Index, members []*workload.Member) []placement.Member {
	var out []placement.Member
	for _, m := range members {
		out = append(out, &candidate{ix: ix, member: m})
	}
	return out
}

// Key implements placement.Member.
func (c *candidate) Key() types.NamespacedName { return c.member.Key }

// Owner implements placement.Member.
func (c *candidate) Owner() inspect.Owner { return c.member.Owner }

// Group implements placement.Member.
func (c *candidate) Group() string { return c.member.GroupName() }

// Moves implements placement.Member.
func (c *candidate) Moves() bool { return !c.member.Relocated && !c.member.Ephemeral && !c.member.Ends }

// Present implements placement.Member.
func (c *candidate) Present() []*corev1.Pod {
	if c.member.Relocated {
		return nil
	}
	return c.member.Pods()
}

// Future implements placement.Member.
func (c *candidate) Future() []*corev1.Pod { return c.member.FuturePods(c.ix) }

// Claims implements placement.Member.
func (c *candidate) Claims() []placement.Claim {
	if !c.Moves() {
		return nil
	}
	var out []placement.Claim
	for _, mc := range c.member.Claims {
		claim := placement.Claim{Key: mc.Key(), Leaves: mc.Volume}
		if !mc.Moved() {
			claim.Becomes = c.member.Next(c.ix, mc).Claim
		}
		out = append(out, claim)
	}
	for _, mc := range toCome(c.ix, c.member) {
		out = append(out, placement.Claim{Key: mc.Key(), Becomes: mc.Manifest})
	}
	return out
}

// Siblings implements placement.Member.
func (c *candidate) Siblings() []*corev1.Pod {
	set := c.member.Set
	if set == nil {
		return nil
	}
	var out []*corev1.Pod
	first, last := workload.Ordinals(set)
	for i := first; i < last; i++ {
		pod := workload.PodOfSet(set, workload.MemberName(set, i))
		yes := true
		pod.OwnerReferences = []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "StatefulSet", Name: set.Name, UID: set.UID, Controller: &yes}}
		out = append(out, pod)
	}
	return out
}
