package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// Claims that are to stay on a node, and are being deleted: each goes with the last Pod that uses it, so that its member loses its data as if
// its claims were moved.

// goesWithPod reports whether a claim is being deleted, and nothing but the Pods that leave keeps it.
func (p *drainPlanner) goesWithPod(c workload.Claim) bool {
	return c.Claim != nil && len(p.lastHolders(c.Claim)) > 0
}

// beingDeleted reports whether a claim is being deleted.
func beingDeleted(c workload.Claim) bool { return c.Claim != nil && c.Claim.DeletionTimestamp != nil }

// tellDying says what becomes of a claim that is being deleted when a Pod leaves that uses it: it goes with the Pod, or with another that keeps
// it, and until then no Pod can start with it (scheduler plugin VolumeBinding).
func (p *drainPlanner) tellDying(m *workload.Member, c workload.Claim, pod *corev1.Pod) {
	if by := p.keptBy(c.Claim); by != nil {
		p.warn(fact.New("DyingClaimKept", "claim", c.Object(), "pod", drain.PodObject(pod), "by", drain.PodObject(by), "node", by.Spec.NodeName, "volume", c.Volume.Name))
		return
	}
	p.tellGoing(c, withoutClaim(m, c))
}

// leavesNode reports whether a Pod is evicted.
func (p *drainPlanner) leavesNode(pod *corev1.Pod) bool { return slices.Contains(p.pods, pod) }

// risksOfDying blocks the eviction of Pods with which the last good copy or the quorum would go, since a claim goes with them, and whose next claim
// could be given what it may not have. All are the
// members on the node: those whose claims go as well hold no copy then, and the others come back with theirs. Pods that have ended serve nobody
// already.
func (p *drainPlanner) risksOfDying(m *workload.Member, all []*workload.Member) {
	if !slices.ContainsFunc(m.Placed, p.leavesAlive) {
		return
	}
	peers := p.peersNow(m)
	for _, other := range all {
		goes := slices.ContainsFunc(other.Claims, func(c workload.Claim) bool { return p.goesWithPod(c) })
		if other != m && goes && other.Owner == m.Owner {
			peers.Ready -= len(slices.DeleteFunc(slices.Clone(other.Placed), func(pod *corev1.Pod) bool {
				return !workload.Ready(pod) || pod.DeletionTimestamp != nil
			}))
		}
	}
	for _, c := range m.Claims {
		if p.goesWithPod(c) {
			p.dyingGets(m, c)
			p.volumeGoesToo(c)
		}
		few := peers.Kind == drain.CountedPeers && peers.Ready < drain.Majority(peers.Wanted)
		switch accepted := slices.Contains(p.req.AcceptDataLoss, c.Key()); {
		case !p.goesWithPod(c):
		case accepted && peers.Ready <= 0:
			p.lose(fact.New("GivenUpKept", "what", fact.New("GivenUpCopy", "claim", c.Object()), "volume", p.where(c.Volume)))
		case accepted && few:
			p.lose(fact.New("GivenUpKept", "what", fact.New("GivenUpQuorum", "claim", c.Object(), "owner", m.Owner), "volume", p.where(c.Volume)))
		case peers.Ready <= 0:
			p.block(drain.BlockedLastCopy, acceptFlag(c), fact.New("LastCopyGoesWithPod", "claim", c.Object(), "member", m.Key, "volume", c.Volume.Name, "then", withoutClaim(m, c)))
		case few:
			p.block(drain.BlockedQuorum, acceptFlag(c), fact.New("QuorumGoesWithPod", "claim", c.Object(), "have", peers.Ready, "want", peers.Wanted, "owner", m.Owner, "member", m.Key))
		}
	}
}

// acceptsDying is a *MisuseError if a loss is accepted that does not come, since claims stay: only those go that are being deleted already.
func (p *drainPlanner) acceptsDying() error {
	if !p.req.KeepClaims {
		return nil
	}
	for _, key := range p.req.AcceptDataLoss {
		if c := p.ix.Claim(key.Namespace, key.Name); c == nil || c.DeletionTimestamp == nil {
			return drain.Misuse(fact.New("AcceptDataLossOfKept", "claim", key))
		}
	}
	return nil
}

// goesAltogether reports whether a member leaves nothing on the node that it waits for: each claim of it goes with its Pod.
func (p *drainPlanner) goesAltogether(m *workload.Member) bool {
	return len(m.Claims) > 0 && !slices.ContainsFunc(m.Claims, func(c workload.Claim) bool { return !p.goesWithPod(c) })
}

// withoutClaim is what becomes of a member whose claim is gone.
func withoutClaim(m *workload.Member, c workload.Claim) fact.Fact {
	switch {
	case c.Recreated:
		return fact.New("RestartsWithoutData")
	case m.Owner.None():
		return fact.New("NeitherRecreated")
	}
	return fact.New("WaitsWithoutClaim")
}

// dyingGets blocks what the next claim of a member could be given once the present one goes with its Pod.
func (p *drainPlanner) dyingGets(m *workload.Member, c workload.Claim) {
	if !c.Recreated || !p.namespaceGoes(m).IsZero() {
		return
	}
	stays := p.boundBeside(m, func(o *corev1.PersistentVolumeClaim) bool { return len(p.lastHolders(o)) > 0 })
	nextVolumes{planner: &p.planner, member: m, claim: c.Key(), stays: stays, takes: func(n *corev1.Node, pods []*corev1.Pod) bool {
		if n.Name == p.node.Name {
			return len(stays) > 0 // it comes back, and the Pod waits for it
		}
		return takesPods(n, pods)
	}}.refuse(c)
}

// broughtWhileKept blocks what the claims could be given that the next Pods of a member whose other claims stay bring with them. Those of its
// StatefulSet may be on the node itself, which the member waits for.
func (p *drainPlanner) broughtWhileKept(m *workload.Member) {
	if !slices.ContainsFunc(m.Placed, p.leavesAlive) || m.Ends {
		return
	}
	p.saidOf(m.Key.String(), func() {
		nextVolumes{planner: &p.planner, member: m, takes: func(n *corev1.Node, pods []*corev1.Pod) bool {
			if n.Name == p.node.Name {
				return !m.Ephemeral
			}
			return takesPods(n, pods)
		}}.brought(true)
	})
}
