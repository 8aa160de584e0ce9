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

// peersOf is how the other members of a member's owner are: those that serve while it moves, after earlier ones.
func (p *relocator) peersOf(m *workload.Member, earlier []*workload.Member) drain.Peers {
	if m.Owner.None() {
		return drain.Peers{Kind: drain.NoPeers}
	}
	ready, all := 0, map[string]bool{}
	for _, pod := range p.ix.Pods {
		if pod.Namespace != m.Key.Namespace || p.ix.OwnerOf(pod) != m.Owner {
			continue
		}
		failed := pod.Status.Phase == corev1.PodFailed && len(inspect.ClaimNames(pod)) > 0 // its operator has yet to recreate it
		if failed || !workload.FinishedPod(pod) {
			all[identity(pod)] = true
		}
		if workload.Ready(pod) && pod.DeletionTimestamp == nil && p.serves(m, pod) {
			ready++
		}
	}
	ready += p.awaited(earlier)
	switch {
	case m.Set != nil:
		return drain.Peers{Kind: drain.CountedPeers, Ready: ready, Wanted: workload.Replicas(m.Set)}
	case m.Custom():
		return drain.Peers{Kind: drain.CountedPeers, Ready: ready, Wanted: len(all)}
	case m.Direct.Kind == "StatefulSet" && !p.sharesClaims(m):
		return drain.Peers{Kind: drain.UnknownPeers}
	}
	return drain.Peers{Kind: drain.SharedClaim} // Pods of a Deployment or Job share their claim, so they hold no other copy
}

// sharesClaims reports whether all Pods of a member's StatefulSet use its claims: the template of the Pods names one.
func (p *relocator) sharesClaims(m *workload.Member) bool {
	return slices.ContainsFunc(p.ix.StatefulSets, func(s *appsv1.StatefulSet) bool {
		names := inspect.ClaimNames(&corev1.Pod{Spec: s.Spec.Template.Spec})
		return s.UID == m.Direct.UID && slices.ContainsFunc(m.Claims, func(c workload.Claim) bool { return slices.Contains(names, c.Manifest.Name) })
	})
}

// serves reports whether a Pod serves while a member moves: not one of a dead node. Those of a node that lives are moved
// one at a time, so that all but the member's own do.
func (p *relocator) serves(m *workload.Member, pod *corev1.Pod) bool {
	return p.heard(pod.Spec.NodeName) && (p.evict == nil || !slices.Contains(m.Placed, pod))
}

// awaited counts earlier members that do not serve now, since they are on their way off a node that lives, but will by
// the time that this one moves: the Plan waits for them. What members of a dead node hold when they are Ready again is
// not known, so those do not count.
func (p *relocator) awaited(earlier []*workload.Member) int {
	n := 0
	for _, e := range earlier {
		serves := slices.ContainsFunc(e.Placed, func(pod *corev1.Pod) bool { return workload.Ready(pod) && pod.DeletionTimestamp == nil })
		if p.evict != nil && !serves && (p.places.of(e) != nil || e.Relocated) {
			n++
		}
	}
	return n
}

// identity tells members of an operator apart: a Pod that takes the place of another has its claims.
func identity(p *corev1.Pod) string {
	if names := inspect.ClaimNames(p); len(names) > 0 {
		return drain.KindClaim + "/" + names[0]
	}
	return p.Name
}

// risks blocks what could lose data, or end in nothing.
func (p *relocation) risks() {
	m := p.member
	refused := p.refusesVolumes()
	if !refused && p.place() == nil && !m.Relocated && !p.allowPending {
		p.block(drain.BlockedNowhere, "--allow-pending", fact.New("MemberFitsNowhere", "member", m.Key, "why", p.places.why[m]))
		p.onlyExisting()
		p.reclaimable()
		p.withheld()
	}
	if !refused && !m.Relocated {
		p.undirected()
		p.broughtElsewhere()
	}
	for _, c := range m.Claims {
		if c.Claim == nil {
			continue
		}
		p.riskDataLoss(c)
		p.volumeGoesToo(c)
	}
}

// riskDataLoss blocks, unless it is accepted, that the last good copy or the quorum is given up.
func (p *relocation) riskDataLoss(c workload.Claim) {
	counted := p.peers.Kind == drain.CountedPeers
	switch {
	case p.peers.Ready == 0 && p.accepted(c):
		p.giveUp(c, fact.New("GivenUpCopy", "claim", c.Object()))
	case p.peers.Ready == 0:
		p.block(drain.BlockedLastCopy, acceptFlag(c), fact.New("NoOtherCopy", "claim", c.Object(), "volume", c.Volume.Name, "member", p.member.Key))
	case counted && p.peers.Ready < drain.Majority(p.peers.Wanted) && p.accepted(c):
		p.giveUp(c, fact.New("GivenUpQuorum", "claim", c.Object(), "owner", p.member.Owner))
	case counted && p.peers.Ready < drain.Majority(p.peers.Wanted):
		p.block(drain.BlockedQuorum, acceptFlag(c),
			fact.New("NoQuorum", "have", p.peers.Ready, "want", p.peers.Wanted, "owner", p.member.Owner, "member", p.member.Key))
	}
}

func acceptFlag(c workload.Claim) string { return acceptClaim(c.Object()) }

func acceptClaim(o drain.Object) string { return "--accept-data-loss " + o.String() }

// giveUp says what is lost with a claim, as was accepted, and what becomes of its disk.
func (p *relocation) giveUp(c workload.Claim, what fact.Fact) {
	switch {
	case p.clean:
		p.lose(fact.New("GivenUpErased", "what", what, "volume", p.where(c.Volume)))
	case p.disksGone():
		p.lose(fact.New("GivenUpGone", "what", what, "volume", p.where(c.Volume)))
	default:
		p.lose(fact.New("GivenUpKept", "what", what, "volume", p.where(c.Volume)))
	}
}
