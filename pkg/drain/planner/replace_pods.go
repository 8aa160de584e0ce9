package planner

import (
	"cmp"
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

// vacate plans to take the Pods off the volumes that the claims leave.
func (p *reattachPlanner) vacate(replaced []*returning) {
	m := p.user.member
	if len(m.Placed) == 0 {
		return
	}
	p.user.cordons = map[string]bool{}
	var nodes []*corev1.Node
	for _, r := range replaced {
		home := p.ix.HomeOf(r.replaced)
		if home.State != inspect.HomeNode || len(home.Nodes) != 1 {
			p.block(drain.BlockedInUse, "", workload.InUse(r.claim.Namespace, r.claim.Name, m.Placed, p.ix.OwnerOf))
			return
		}
		n := home.Nodes[0]
		if p.user.cordons[n.Name] {
			continue
		}
		p.user.cordons[n.Name] = true
		nodes = append(nodes, n)
		p.cordonFor(n, r)
	}
	for _, pod := range m.Placed {
		for _, n := range nodes {
			p.mustStayAway(pod, n)
		}
		if pod.DeletionTimestamp == nil && !p.ix.OwnerOf(pod).None() {
			p.budget(pod)
			p.user.evictMember(pod)
		}
	}
	p.keepJobs(m.Placed, false)
	p.user.awaitUnused()
}

// cordonFor plans to keep Pods off a node until the claims are gone, unless an earlier run has, or it is cordoned anyhow.
func (p *reattachPlanner) cordonFor(n *corev1.Node, r *returning) {
	ours := len(p.those(func(t *returning) bool { return drain.IsCordonedFor(n, t.volume.Name) })) > 0
	if n.Spec.Unschedulable && (ours || len(drain.CordonedFor(n)) == 0) {
		return
	}
	p.step(cordonFor(n, r.volume, fact.New("WhyCordonForReturn", "volume", r.replaced.Name)))
	p.cordoned = append(p.cordoned, briefCordon{node: n, volume: r.volume})
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
		for _, r := range p.together {
			if drain.IsCordonedFor(n, r.volume.Name) {
				p.cordoned = append(p.cordoned, briefCordon{node: n, volume: r.volume})
			}
		}
	}
	slices.SortFunc(p.cordoned, func(a, b briefCordon) int {
		return cmp.Or(strings.Compare(a.node.Name, b.node.Name), strings.Compare(a.volume.Name, b.volume.Name))
	})
	for _, c := range p.cordoned {
		p.step(uncordonNode(c.node, c.volume, fact.New("WhyUncordon")))
	}
	p.cordoned = nil
}
