package planner

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Members whose claims stay are down until the node is back: what that means for those who count on them.

// allowDown is the flag by which it is allowed that members are down although others count on them, or for longer than the node is.
const allowDown = "--allow-down"

// downMeanwhile is about the members that are taken down with the node: what of each owner serves until that is back, and whose Pods would not
// even come to their end.
func (p *drainPlanner) downMeanwhile(members []*workload.Member) {
	for _, m := range members {
		if m.Ephemeral || !slices.ContainsFunc(m.Placed, p.takesDown) {
			continue
		}
		p.waiting = append(p.waiting, p.waitingOf(m)...)
		if m.Owner.None() {
			continue
		}
		p.heldPods(m)
		switch {
		case p.goesAltogether(m): // it does not wait for the node: of that, risksOfDying tells
		case p.forsakesAll(m):
			p.saidOf(m.Key.String(), func() { p.riskForsaken(m) })
		default:
			p.saidOf(m.Key.String(), func() { p.riskMeanwhile(m) })
		}
	}
}

// takesDown reports whether a Pod is evicted that serves, and that does not come back at once.
func (p *drainPlanner) takesDown(pod *corev1.Pod) bool {
	return p.leavesAlive(pod) && serves(pod) && !p.comesBack(pod)
}

// servesOn reports whether a Pod serves and stays.
func (p *drainPlanner) servesOn(pod *corev1.Pod) bool {
	return serves(pod) && !p.leavesNode(pod) && p.answers(pod.Spec.NodeName)
}

// waitingOf are the Pods of a member that serve, and do not before the node is back.
func (p *drainPlanner) waitingOf(m *workload.Member) []*corev1.Pod {
	return slices.DeleteFunc(slices.Clone(m.Placed), func(pod *corev1.Pod) bool { return !p.takesDown(pod) })
}

// peersNow is how the other members of a member's owner are, wherever they are.
func (p *drainPlanner) peersNow(m *workload.Member) drain.Peers {
	r := &relocator{planner: &p.planner, places: &places{departing: p.departing()}, evict: &p.req.Eviction}
	return r.peersOf(m, nil)
}

// peersMeanwhile are those that serve while the node is away: none of its Pods that wait for it.
func (p *drainPlanner) peersMeanwhile(m *workload.Member) drain.Peers {
	peers := p.peersNow(m)
	for _, pod := range p.pods {
		if pod.Namespace == m.Key.Namespace && p.ix.OwnerOf(pod) == m.Owner && !slices.Contains(m.Placed, pod) && p.takesDown(pod) {
			peers.Ready--
		}
	}
	return peers
}

// riskMeanwhile blocks, unless it is allowed, that no other member serves while the node is away, or fewer than a majority. That one which has
// no others is down is in the nature of a reboot: it is told, and so it is if its StatefulSet could not be read.
func (p *drainPlanner) riskMeanwhile(m *workload.Member) {
	peers := p.peersMeanwhile(m)
	few := peers.Kind == drain.CountedPeers && peers.Ready < drain.Majority(peers.Wanted)
	_, unread := p.ix.Gap(inspect.StatefulSets)
	switch {
	case peers.Kind == drain.UnknownPeers && unread:
		p.warn(fact.New("PeersMeanwhileUnknown", "member", m.Key, "owner", m.Owner, "node", p.node.Name))
	case p.hasNoOthers(m, peers):
		if peers.Ready <= 0 && m.Direct.Kind != "Job" && !slices.ContainsFunc(m.Placed, p.servesOn) {
			p.warn(fact.New("OnlyMemberDown", "member", m.Key, "owner", m.Owner, "node", p.node.Name))
		}
	case peers.Ready <= 0:
		p.down(drain.BlockedLastCopy, fact.New("NoneServesMeanwhile", "member", m.Key, "owner", m.Owner, "node", p.node.Name))
	case few:
		p.down(drain.BlockedQuorum, fact.New("FewServeMeanwhile", "member", m.Key, "owner", m.Owner, "node", p.node.Name,
			"have", peers.Ready, "want", peers.Wanted))
	}
}

// riskForsaken blocks, unless it is allowed, that a member starts without its data and too few others have it. They are counted by their owner: by
// its templates the set does not know the member's claims any more.
func (p *drainPlanner) riskForsaken(m *workload.Member) {
	peers := p.peersNow(m)
	set := slices.IndexFunc(p.ix.StatefulSets, func(s *appsv1.StatefulSet) bool { return s.UID == m.Direct.UID })
	if set < 0 {
		return
	}
	ready, wanted := 0, workload.Replicas(p.ix.StatefulSets[set])
	for _, pod := range p.ix.Pods {
		if pod.Namespace == m.Key.Namespace && p.ix.OwnerOf(pod) == m.Owner && !slices.Contains(m.Placed, pod) && p.servesOn(pod) {
			ready++
		}
	}
	c := m.Claims[0]
	switch {
	case peers.Kind == drain.SharedClaim:
	case ready == 0:
		p.down(drain.BlockedLastCopy, fact.New("NoOtherCopy", "claim", c.Object(), "volume", c.Volume.Name, "member", m.Key))
	case ready < drain.Majority(wanted):
		p.down(drain.BlockedQuorum, fact.New("NoQuorum", "have", ready, "want", wanted, "owner", m.Owner, "member", m.Key))
	}
}

// hasNoOthers reports whether a member's owner wants no other member that has the data, or could take its place.
func (p *drainPlanner) hasNoOthers(m *workload.Member, peers drain.Peers) bool {
	switch peers.Kind {
	case drain.SharedClaim, drain.NoPeers:
		return true
	case drain.CountedPeers:
		return peers.Wanted <= 1
	case drain.UnknownPeers: // the set tells
	}
	return slices.ContainsFunc(p.ix.StatefulSets, func(s *appsv1.StatefulSet) bool { return s.UID == m.Direct.UID && workload.Replicas(s) <= 1 })
}

// down blocks that a member is missed while the node is away, unless that is allowed, and tells it if it is. Nothing is lost by it, whoever else
// serves: the member comes back with its data.
func (p *drainPlanner) down(code drain.BlockerCode, why fact.Fact) {
	if p.req.AllowDown {
		p.warn(why)
		return
	}
	p.block(code, allowDown, why)
}
