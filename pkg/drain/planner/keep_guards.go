package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// What must still hold when a Pod is evicted whose claims stay: minutes may have passed since the Plan was made, with a question, or while a
// disruption budget held it.

// keptGuards notes what the evictions of the members' Pods rest on: what blocks the Plan is asked again before each of them.
func (p *drainPlanner) keptGuards(members []*workload.Member) {
	p.guards = map[*corev1.Pod]drain.PodGuards{}
	for _, m := range members {
		if m.Ephemeral || m.Owner.None() {
			continue
		}
		for _, pod := range m.Placed {
			if p.isDownMeanwhile(pod) {
				p.guards[pod] = drain.PodGuards{Member: m.Key.Name, Safeguards: p.meanwhile(m), Finalizers: slices.Concat(workload.ForeignPodFinalizers(pod))}
			}
		}
	}
}

// isDownMeanwhile reports whether a Pod is evicted that has not ended, and that does not come back at once. It may serve, or come to.
func (p *drainPlanner) isDownMeanwhile(pod *corev1.Pod) bool {
	return p.leavesAlive(pod) && !p.comesBack(pod)
}

// meanwhile are the safeguards around a member that is down until the node is back.
func (p *drainPlanner) meanwhile(m *workload.Member) *drain.Safeguards {
	s := &drain.Safeguards{Owner: m.Direct.String(), OwnerUID: m.Direct.UID, Node: p.node.Name, Taints: workload.TaintsOf(p.node), Cordoned: true, Kept: true}
	if p.req.AllowDown {
		return s
	}
	s.Earlier = p.earlierElsewhere(m)
	if m.Set != nil {
		for _, next := range m.FuturePods(p.ix) {
			s.Next = append(s.Next, workload.DemandsOf(next))
		}
	}
	if s.Ready = p.wantedMeanwhile(m); s.Ready == 0 {
		return s
	}
	for _, pod := range p.ix.Pods {
		switch {
		case pod.Namespace != m.Key.Namespace || p.ix.OwnerOf(pod) != m.Owner || slices.Contains(m.Pods(), pod):
		case p.isDownMeanwhile(pod):
			s.Leaving = append(s.Leaving, pod.Name)
		default:
			s.Named = append(s.Named, pod.Name)
		}
	}
	slices.Sort(s.Leaving)
	slices.Sort(s.Named)
	return s
}

// wantedMeanwhile is how many other members must serve while the node is away: see riskMeanwhile.
func (p *drainPlanner) wantedMeanwhile(m *workload.Member) int {
	if slices.ContainsFunc(m.Claims, func(c workload.Claim) bool { return p.goesWithPod(c) && slices.Contains(p.req.AcceptDataLoss, c.Key()) }) {
		return 0
	}
	peers := p.peersNow(m)
	_, unread := p.ix.Gap(inspect.StatefulSets)
	switch {
	case peers.Kind == drain.UnknownPeers && unread, p.hasNoOthers(m, peers):
		return 0
	case peers.Kind == drain.CountedPeers:
		return drain.Majority(peers.Wanted)
	}
	return 1
}

// earlierElsewhere are the Pods that must be Ready, or a member's StatefulSet does not recreate its Pod: none that leaves the node with it or waits
// for it, nor one that is not recreated before such a one is Ready (see unreadyBefore).
func (p *drainPlanner) earlierElsewhere(m *workload.Member) []string {
	var names []string
	waits := false
	for _, name := range earlierPods(m) {
		switch pod := p.ix.Pod(m.Set.Namespace, name); {
		case pod != nil && p.leavesAlive(pod), p.waitsHere(m, name):
			waits = true
		case pod == nil && waits:
		default:
			names = append(names, name)
		}
	}
	return names
}

// keeps are the claims with local data that a Pod leaves where they are.
func (p *drainPlanner) keeps(pod *corev1.Pod) []drain.Pair {
	var out []drain.Pair
	for _, name := range inspect.ClaimNames(pod) {
		c := p.ix.Claim(pod.Namespace, name)
		if c == nil || c.DeletionTimestamp != nil || workload.OwnedByPod(c) {
			continue
		}
		v := p.ix.Volume(c.Spec.VolumeName)
		if v == nil || p.ix.ClaimOf(v) != c {
			continue
		}
		if _, local := p.ix.LocalSource(v); local {
			out = append(out, pair(v, drain.ClaimObject(c)))
		}
	}
	return out
}
