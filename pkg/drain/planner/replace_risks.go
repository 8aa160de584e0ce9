package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// risks blocks what could lose data, or end in nothing, when a member that may serve is taken down for earlier volumes. It is what
// recover and drain ask of a member that moves.
func (p *reattachPlanner) risks(replaced []*returning) {
	for _, pod := range p.user.member.Placed {
		p.mustEnd(pod)
	}
	p.jobs(p.user.member.Placed, true, false)
	if why := p.forsakes(p.user.member, fact.Fact{}); !why.IsZero() {
		p.block(drain.BlockedNowhere, "", why)
		return
	}
	if len(p.serving()) == 0 {
		return // nothing is taken from anybody
	}
	if gap, ok := p.ix.Gap(inspect.StatefulSets); ok {
		p.block(drain.BlockedUnknown, "", fact.New("OwnersUnknown", "kind", inspect.StatefulSets, "gap", gap))
	}
	if gap, ok := p.ix.Gap(inspect.PodDisruptionBudgets); ok {
		p.warn(fact.New("BudgetsUnknown", "gap", gap))
	}
	p.unreadableForPlaces()
	for _, r := range replaced {
		p.riskPeers(r)
	}
	p.user.behindUnready()
	for _, r := range replaced {
		if finalizers := workload.ForeignFinalizers(r.current); len(finalizers) > 0 && !r.leaving() {
			p.block(drain.BlockedFinalizer, "", fact.New("FinalizersHoldClaim", "claim", r.claim, "finalizers", finalizers))
		}
	}
}

// mustEnd blocks if a Pod could not be brought to its end: the claim would wait for that for ever.
func (p *reattachPlanner) mustEnd(pod *corev1.Pod) {
	o, name := drain.PodObject(pod), pod.Spec.NodeName
	if _, gap := p.ix.Gap(inspect.Nodes); !gap {
		n := p.ix.Node(name)
		recoverIt := fact.Plugin("recover", name)
		if n == nil {
			p.block(drain.BlockedUnreachable, "", fact.New("PodOnNodeGone", "pod", o, "node", name).Offering(recoverIt))
			return
		}
		if condition, _ := inspect.ConditionOf(n); len(n.Status.Conditions) > 0 && condition == inspect.NodeUnknown {
			p.block(drain.BlockedUnreachable, "", fact.New("PodOnUnreachableNode", "pod", o, "node", name).Offering(recoverIt))
			return
		}
	}
	if finalizers := workload.ForeignPodFinalizers(pod); len(finalizers) > 0 {
		p.block(drain.BlockedFinalizer, "", fact.New("FinalizersHoldPod", "pod", o, "finalizers", finalizers))
	}
}

// riskPeers blocks, unless it is accepted, that the last good copy or the quorum is given up for as long as the member is down, and
// that it comes back with other data then. Of a member that has no others there is no such copy: of that, --replace itself decides.
func (p *reattachPlanner) riskPeers(r *returning) {
	m, peers := p.user.member, p.user.peers
	c := p.holding(r)
	counted := peers.Kind == drain.CountedPeers
	few := counted && peers.Ready < drain.Majority(peers.Wanted)
	switch {
	case peers.Kind == drain.SharedClaim, peers.Kind == drain.NoPeers, counted && peers.Wanted <= 1:
	case peers.Ready == 0 && p.user.accepted(c):
		p.user.giveUp(c, fact.New("GivenUpCopy", "claim", c.Object()))
	case peers.Ready == 0:
		p.block(drain.BlockedLastCopy, acceptFlag(c), fact.New("NoOtherCopyServes", "claim", c.Object(), "volume", r.replaced.Name, "member", m.Key))
	case few && p.user.accepted(c):
		p.user.giveUp(c, fact.New("GivenUpQuorum", "claim", c.Object(), "owner", m.Owner))
	case few:
		p.block(drain.BlockedQuorum, acceptFlag(c), fact.New("NoQuorumWithout", "have", peers.Ready, "want", peers.Wanted, "owner", m.Owner, "member", m.Key))
	}
}
