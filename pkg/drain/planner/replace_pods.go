package planner

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// How the Pods of a claim that is replaced go before it. As long as the claim is there, their replacements could go back to the volume
// that it has, within a moment and for good: so the node of that volume is cordoned until the claim is gone.

// serving are the Pods that hold the claim and are not on their way out.
func (p *reattachPlanner) serving() []*corev1.Pod {
	return slices.DeleteFunc(slices.Clone(p.user.member.Placed), func(pod *corev1.Pod) bool { return pod.DeletionTimestamp != nil })
}

// vacate plans to take the Pods off the volume that the claim leaves.
func (p *reattachPlanner) vacate(other *corev1.PersistentVolume) {
	m := p.user.member
	if len(m.Placed) == 0 {
		return
	}
	home := p.ix.HomeOf(other)
	if home.State != inspect.HomeNode || len(home.Nodes) != 1 {
		p.block(drain.BlockedInUse, "", workload.InUse(p.claim.Namespace, p.claim.Name, m.Placed, p.ix.OwnerOf))
		return
	}
	n := home.Nodes[0]
	p.user.cordons = map[string]bool{n.Name: true}
	if !n.Spec.Unschedulable || len(drain.CordonedFor(n)) > 0 && !drain.IsCordonedFor(n, p.volume.Name) {
		p.step(cordonFor(n, p.volume, fact.New("WhyCordonForReturn", "volume", other.Name)))
		p.cordoned = append(p.cordoned, n)
	}
	for _, pod := range m.Placed {
		p.mustStayAway(pod, n)
		if pod.DeletionTimestamp == nil && !p.ix.OwnerOf(pod).None() {
			p.budget(pod)
			p.user.evictMember(pod)
		}
	}
	p.user.awaitUnused()
}

// mustStayAway blocks if a Pod has no controller, or if its controller's next one would run on the node in spite of the cordon.
func (p *reattachPlanner) mustStayAway(pod *corev1.Pod, n *corev1.Node) {
	owner := p.ix.OwnerOf(pod)
	if owner.None() {
		p.block(drain.BlockedBarePod, "", fact.New("BarePodHoldsClaim", "pod", drain.PodObject(pod), "claim", p.claim))
		return
	}
	if workload.FinishedPod(pod) {
		return
	}
	if why, unwanted := p.user.member.Unwanted(p.ix); unwanted {
		p.block(drain.BlockedBarePod, "", fact.New("UnwantedPodHoldsClaim", "pod", drain.PodObject(pod), "claim", p.claim, "why", why))
	}
	if why := p.whyBackTo(pod, n); !why.IsZero() {
		p.block(drain.BlockedPods, "", fact.New("PodWouldComeBack", "pod", drain.PodObject(pod), "node", n.Name, "why", why, "owner", owner))
	}
}

// uncordon plans to let Pods onto the nodes again that this Plan cordons, or that an earlier run has.
func (p *reattachPlanner) uncordon() {
	for _, n := range p.ix.Nodes {
		if drain.IsCordonedFor(n, p.volume.Name) && !slices.Contains(p.cordoned, n) {
			p.cordoned = append(p.cordoned, n)
		}
	}
	slices.SortFunc(p.cordoned, func(a, b *corev1.Node) int { return strings.Compare(a.Name, b.Name) })
	for _, n := range p.cordoned {
		p.step(uncordonNode(n, p.volume, fact.New("WhyUncordon")))
	}
	p.cordoned = nil
}
