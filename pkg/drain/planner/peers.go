package planner

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// peers is how the other members of a member's owner are: those that serve while it moves.
type peers struct {
	ready, wanted int
	summary       string
	// counted says that the number of members is known, so that there is a majority.
	counted bool
}

func (p *relocator) peers(m *workload.Member, earlier []*workload.Member) peers {
	out := peers{}
	if m.Owner.None() {
		return peers{summary: "none"}
	}
	all := map[string]bool{}
	for _, pod := range p.ix.Pods {
		if pod.Namespace != m.Key.Namespace || p.ix.OwnerOf(pod) != m.Owner {
			continue
		}
		all[identity(pod)] = true
		if workload.Ready(pod) && pod.DeletionTimestamp == nil && p.serves(m, pod) {
			out.ready++
		}
	}
	out.ready += p.awaited(earlier)
	switch {
	case m.Set != nil:
		out.wanted, out.counted = workload.Replicas(m.Set), true
	case m.Custom():
		out.wanted, out.counted = len(all), true
	default:
		out.ready = 0 // Pods of a Deployment or Job share their claim, so they hold no other copy
		out.summary = "none: the claim is shared"
		return out
	}
	out.summary = fmt.Sprintf("%d of %d ready", out.ready, out.wanted)
	if out.counted && out.ready >= majority(out.wanted) {
		out.summary += ", quorum kept"
	}
	return out
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
		if p.evict != nil && !serves && (e.Place != nil || e.Relocated) {
			n++
		}
	}
	return n
}

// heard reports whether what a Pod on a node says of itself can be believed: a node that does not answer says nothing new.
func (p *relocator) heard(node string) bool {
	n := p.ix.Node(node)
	if n == nil || p.evict == nil && p.placer.Departing[node] {
		return false
	}
	condition, _ := inspect.ConditionOf(n)
	return condition != inspect.NodeUnknown
}

// identity tells members of an operator apart: a Pod that takes the place of another has its claims.
func identity(p *corev1.Pod) string {
	if names := inspect.ClaimNames(p); len(names) > 0 {
		return "claim " + names[0]
	}
	return p.Name
}

func majority(n int) int { return n/2 + 1 }

// risks blocks what could lose data, or end in nothing.
func (p *relocator) risks(m *workload.Member, peers peers) {
	if m.Place == nil && !m.Relocated && !p.allowPending {
		p.block(drain.BlockedNowhere, "--allow-pending", "%s fits nowhere: %s", m.Key, p.placer.Why[m])
	}
	for _, c := range m.Claims {
		if c.Claim == nil {
			continue
		}
		p.riskDataLoss(m, c, peers)
		if c.Volume.DeletionTimestamp != nil && c.Claim.DeletionTimestamp == nil {
			p.block(drain.BlockedTerminating, "", "volume %s is being deleted: once claim %s lets go, the volume object would go too, with the manifest saved on it", c.Volume.Name, c.Object())
		}
	}
}

// riskDataLoss blocks, unless it is accepted, that the last good copy or the quorum is given up.
func (p *relocator) riskDataLoss(m *workload.Member, c workload.Claim, peers peers) {
	var b drain.Blocker
	switch {
	case peers.ready == 0:
		b = drain.Blocker{Code: drain.BlockedLastCopy, Message: fmt.Sprintf("no other ready member holds what claim %s has on %s: %s would start empty", c.Object(), c.Volume.Name, m.Key)}
	case peers.counted && peers.ready < majority(peers.wanted):
		b = drain.Blocker{Code: drain.BlockedQuorum, Message: fmt.Sprintf("%d of %d members of %s are ready, fewer than a majority: an empty %s could outvote the data", peers.ready, peers.wanted, m.Owner, m.Key)}
	default:
		return
	}
	if p.accepted(c) {
		stays := fmt.Sprintf("it stays on %s", p.where(c.Volume))
		if p.clean {
			stays = "it is erased"
		}
		p.lose("what claim %s holds (accepted): %s", c.Object(), stays)
		return
	}
	p.block(b.Code, "--accept-data-loss "+c.Object().String(), "%s", b.Message)
}
