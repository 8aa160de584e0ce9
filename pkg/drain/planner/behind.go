package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// A StatefulSet that goes in order recreates no Pod before all those of lower ordinals are Ready (controller/statefulset: processReplica).

// earlierPods are the names of the Pods that a member's StatefulSet wants to be Ready before it recreates the member's, in order.
func earlierPods(m *workload.Member) []string {
	if m.Set == nil || !workload.InOrder(m.Set) {
		return nil
	}
	var names []string
	first, _ := workload.Ordinals(m.Set)
	for i := first; i < m.Ordinal; i++ {
		names = append(names, workload.MemberName(m.Set, i))
	}
	return names
}

// firstUnready is the first of the earlier Pods that is not Ready, empty if all are. Those that this Plan moves before are by then.
func (p *relocation) firstUnready() string {
	for _, name := range earlierPods(p.member) {
		if slices.ContainsFunc(p.earlier, func(e *workload.Member) bool { return e.Key.Name == name && (p.places.of(e) != nil || e.Relocated) }) {
			continue
		}
		pod := p.ix.Pod(p.member.Set.Namespace, name)
		if pod == nil || !workload.Ready(pod) || pod.DeletionTimestamp != nil || p.places.departing[pod.Spec.NodeName] && !p.staysPut(name) {
			return name
		}
	}
	return ""
}

// behindUnready blocks if the claim of the member would be given up and its StatefulSet not recreate it: that of one that is taken down, or
// of a dead node.
func (p *relocation) behindUnready() {
	down := p.takenDown()
	if !down && p.evict != nil || slices.ContainsFunc(p.plan.Blockers, p.behindAlready) {
		return
	}
	if first := p.firstUnready(); first != "" {
		m := p.member
		why := fact.New("DownBehindUnready", "member", m.Key, "owner", m.Owner, "first", m.Key.Namespace+"/"+first)
		if down {
			why = fact.New("BehindUnready", "member", m.Key, "owner", m.Owner, "first", m.Key.Namespace+"/"+first)
		}
		if back, has := p.earlierDataOf(first); has {
			why = fact.New("BehindUnreadyWithData", "why", why).Offering(back)
		}
		p.block(drain.BlockedBehind, "", why)
	}
}

// earlierDataOf is the command that gives another Pod of the member's StatefulSet its earlier data back, and whether it has such: of some of its
// claims the only volume that it left.
func (p *relocation) earlierDataOf(pod string) (back fact.Command, has bool) {
	var names []string
	replaces := false
	for _, t := range p.member.Set.Spec.VolumeClaimTemplates {
		claim := drain.Object{Kind: drain.KindClaim, Namespace: p.member.Key.Namespace, Name: t.Name + "-" + pod}
		left := p.leftBy(claim)
		if len(left) != 1 || p.ix.HomeOf(left[0]).State != inspect.HomeNode {
			continue
		}
		c := p.ix.Claim(claim.Namespace, claim.Name)
		has := c != nil && c.Spec.VolumeName != ""
		if has && p.mayBeGone(left[0]) {
			continue // nobody gives up what there is for it
		}
		names, replaces = append(names, left[0].Name), replaces || has
	}
	back = fact.Plugin("reattach", names...)
	if replaces {
		back = back.With("--replace")
	}
	return back, len(names) > 0
}

// behindAlready reports whether a blocker says of the member that it is not recreated.
func (p *relocation) behindAlready(b drain.Blocker) bool {
	return b.Code == drain.BlockedBehind && b.Member == p.member.Key.String()
}

// takenDown reports whether a Pod of the member runs that is evicted: on a node that is drained or left, or on another machine of the name of
// a dead one. That of a dead node does not.
func (p *relocation) takenDown() bool {
	return !p.force && !p.member.Relocated && slices.ContainsFunc(p.member.Placed, func(pod *corev1.Pod) bool {
		return pod.DeletionTimestamp == nil && !workload.FinishedPod(pod)
	})
}

// staysPut reports whether a Pod of a node that lives stays there: nobody moves it.
func (p *relocation) staysPut(name string) bool {
	return p.evict != nil && !slices.ContainsFunc(p.earlier, func(e *workload.Member) bool { return e.Key.Name == name })
}
