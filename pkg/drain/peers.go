package drain

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// peers is how the other members of a member's owner are: those that serve while it moves.
type peers struct {
	ready, wanted int
	words         string
	// counted says that the number of members is known, so that there is a majority.
	counted bool
}

func (p *mover) peers(m *member, earlier []*member) peers {
	out := peers{}
	if m.owner.None() {
		return peers{words: "none"}
	}
	all := map[string]bool{}
	for _, pod := range p.ix.Pods {
		if pod.Namespace != m.key.Namespace || p.ix.OwnerOf(pod) != m.owner {
			continue
		}
		all[identity(pod)] = true
		if ready(pod) && pod.DeletionTimestamp == nil && p.serves(m, pod) {
			out.ready++
		}
	}
	out.ready += p.awaited(earlier)
	switch {
	case m.set != nil:
		out.wanted, out.counted = replicas(m.set), true
	case m.custom():
		out.wanted, out.counted = len(all), true
	default:
		out.ready = 0 // Pods of a Deployment or Job share their claim, so they hold no other copy
		out.words = "none: the claim is shared"
		return out
	}
	out.words = fmt.Sprintf("%d of %d ready", out.ready, out.wanted)
	if out.counted && out.ready >= majority(out.wanted) {
		out.words += ", quorum kept"
	}
	return out
}

// serves reports whether a Pod serves while a member moves: not one of a dead node. Those of a node that lives are moved
// one at a time, so that all but the member's own do.
func (p *mover) serves(m *member, pod *corev1.Pod) bool {
	return p.heard(pod.Spec.NodeName) && (p.evict == nil || !slices.Contains(m.placed, pod))
}

// awaited counts earlier members that do not serve now, since they are on their way off a node that lives, but will by
// the time that this one moves: the Plan waits for them. What members of a dead node hold when they are Ready again is
// not known, so those do not count.
func (p *mover) awaited(earlier []*member) int {
	n := 0
	for _, e := range earlier {
		serves := slices.ContainsFunc(e.placed, func(pod *corev1.Pod) bool { return ready(pod) && pod.DeletionTimestamp == nil })
		if p.evict != nil && !serves && (e.place != nil || e.landed) {
			n++
		}
	}
	return n
}

// heard reports whether what a Pod on a node says of itself can be believed: a node that does not answer says nothing new.
func (p *mover) heard(node string) bool {
	n := p.ix.Node(node)
	if n == nil || p.evict == nil && p.placer.left[node] {
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
func (p *mover) risks(m *member, peers peers) {
	if m.place == nil && !m.landed && !p.allowPending {
		p.block(BlockedNowhere, "--allow-pending", "%s fits nowhere: %s", m.key, p.placer.why[m])
	}
	for _, c := range m.claims {
		if c.claim == nil {
			continue
		}
		p.giveUp(m, c, peers)
		if c.volume.DeletionTimestamp != nil && c.claim.DeletionTimestamp == nil {
			p.block(BlockedTerminating, "", "volume %s is being deleted: once claim %s lets go, the volume object would go too, with the manifest saved on it", c.volume.Name, c.object())
		}
	}
}

// giveUp blocks, unless it is accepted, that the last good copy or the quorum is given up.
func (p *mover) giveUp(m *member, c memberClaim, peers peers) {
	var b Blocker
	switch {
	case peers.ready == 0:
		b = Blocker{Code: BlockedLastCopy, Message: fmt.Sprintf("no other ready member holds what claim %s has on %s: %s would start empty", c.object(), c.volume.Name, m.key)}
	case peers.counted && peers.ready < majority(peers.wanted):
		b = Blocker{Code: BlockedQuorum, Message: fmt.Sprintf("%d of %d members of %s are ready, fewer than a majority: an empty %s could outvote the data", peers.ready, peers.wanted, m.owner, m.key)}
	default:
		return
	}
	if p.accepted(c) {
		stays := fmt.Sprintf("it stays on %s", p.where(c.volume))
		if p.clean {
			stays = "it is erased"
		}
		p.lose("what claim %s holds (accepted): %s", c.object(), stays)
		return
	}
	p.block(b.Code, "--accept-data-loss "+c.object().String(), "%s", b.Message)
}
