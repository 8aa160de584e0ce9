package planner

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// examine weighs the evidence about one node and blocks the Plan if it is not proved dead.
func (p *recoverPlanner) examine(name string) {
	e := liveness.Evidence{Node: name}
	n := p.ix.Node(name)
	if n != nil {
		e.UID, e.Taints, e.Leases = n.UID, stateTaints(n), p.leaseSamples(name)
		var since time.Time
		if e.Condition, since = liveness.UnreachableSince(n); !since.IsZero() {
			e.Since = &metav1.Time{Time: since}
		}
	}
	gap, unread := p.ix.Gap(inspect.Nodes)
	switch {
	case unread:
		e.State, e.Seen = liveness.Unproven, []fact.Fact{fact.New("SeenExistenceUnknown", "gap", gap)}
		p.block(drain.BlockedUnknown, "", nodeUnknown(name, gap))
	case n == nil:
		e.State, e.Seen = liveness.Dead, []fact.Fact{fact.New("SeenNoNode")}
	case p.req.Recreated:
		p.examineReplaced(n, &e)
	default:
		p.examineUnreachable(n, &e)
	}
	if p.down > 0 {
		e.Seen = append(e.Seen, fact.New("SeenNodesDown", "down", p.down, "nodes", len(p.ix.Nodes)))
	}
	p.plan.Evidence = append(p.plan.Evidence, e)
	p.expectStillDead(n, name)
}

// stateTaints are the taints of a Node that say something about whether it lives.
func stateTaints(n *corev1.Node) []string {
	var out []string
	for _, t := range n.Spec.Taints {
		if slices.Contains([]string{corev1.TaintNodeUnreachable, corev1.TaintNodeNotReady, corev1.TaintNodeOutOfService}, t.Key) {
			out = append(out, t.ToString())
		}
	}
	slices.Sort(out)
	return out
}

// expectStillDead notes what must still be so before anything is deleted.
func (p *recoverPlanner) expectStillDead(n *corev1.Node, name string) {
	d := liveness.DeadNode{Name: name}
	if n != nil {
		d.UID = n.UID
		d.Replaced = p.req.Recreated
		d.OutOfService = !p.req.Fenced && !d.Replaced && liveness.OutOfService(n)
	}
	if l := liveness.LeaseOf(p.ix.Leases, name); l != nil { // that of a Node that is gone stays for a while
		d.Lease = l.ResourceVersion
	}
	p.plan.RestsOn = append(p.plan.RestsOn, d)
}

// examineUnreachable is about a node whose Node object exists.
func (p *recoverPlanner) examineUnreachable(n *corev1.Node, e *liveness.Evidence) {
	e.State = liveness.Dead
	lease, moved := p.describeLease(n.Name)
	if e.Condition != inspect.NodeUnknown || moved {
		p.examineAlive(n, e, lease, moved)
		return
	}
	_, since := liveness.UnreachableSince(n)
	unreachable := p.ix.TakenAt.Sub(since)
	const lower = "--unreachable-for"
	e.Seen = append(e.Seen, fact.New("SeenUnreachable", "for", lasted(unreachable)), lease)
	switch {
	case unreachable < 0 && p.req.UnreachableFor > 0:
		e.State = liveness.Unproven
		p.block(drain.BlockedTooSoon, lower, fact.New("UnreachableSinceLater", "node", n.Name, "by", duration.HumanDuration(-unreachable), "override", lower))
	case max(0, unreachable) < p.req.UnreachableFor:
		e.State = liveness.Unproven
		p.block(drain.BlockedTooSoon, lower, fact.New("UnreachableTooShort", "node", n.Name,
			"have", duration.HumanDuration(unreachable), "want", duration.HumanDuration(p.req.UnreachableFor), "override", lower))
	}
	if !p.leaseUnmoved(n.Name) {
		e.State = liveness.Unproven
	}
	switch {
	case liveness.OutOfService(n):
		e.Seen = append(e.Seen, fact.New("SeenOutOfService", "taint", corev1.TaintNodeOutOfService))
	case p.req.Fenced:
		e.Seen = append(e.Seen, fact.New("SeenFenced"))
	default:
		e.State = liveness.Unproven
		e.Seen = append(e.Seen, fact.New("SeenNotFenced"))
		const confirm = "--fenced"
		p.block(drain.BlockedUnfenced, confirm, fact.New("NodeNotFenced", "node", n.Name, "override", confirm).
			Offering(fact.Kubectl("taint", "node", n.Name, corev1.TaintNodeOutOfService+"=nodeshutdown:NoExecute")))
	}
}

// examineAlive is about a node that is alive, as its condition says or its lease, which has moved then.
func (p *recoverPlanner) examineAlive(n *corev1.Node, e *liveness.Evidence, lease fact.Fact, moved bool) {
	e.State = liveness.Alive
	if old := p.older(n); len(old) > 0 {
		e.State = liveness.Replaced
		e.Seen = append(e.Seen, fact.New("SeenYounger", "condition", e.Condition, "volumes", len(old)))
		const confirm = "--recreated"
		p.block(drain.BlockedAlive, confirm, fact.New("NodePerhapsReplaced", "node", n.Name, "condition", e.Condition, "volume", old[0], "override", confirm))
		return
	}
	e.Seen = append(e.Seen, fact.New("SeenCondition", "condition", e.Condition))
	if !moved && !p.checkedTwice() {
		lease = p.leaseAge(n.Name) // that it did not move in no time is no sign of anything
	}
	if !lease.IsZero() {
		e.Seen = append(e.Seen, lease)
	}
	if liveness.OutOfService(n) {
		e.Seen = append(e.Seen, fact.New("SeenOutOfServiceThoughAlive", "taint", corev1.TaintNodeOutOfService))
	}
	p.block(drain.BlockedAlive, "", p.alive(n.Name, e.Condition, p.besideCondition(lease)))
}

// besideCondition is what is known of the lease of a node that is alive, as it is told in brackets behind the condition.
func (p *recoverPlanner) besideCondition(lease fact.Fact) fact.Fact {
	gap, unread := p.ix.Gap(inspect.Leases)
	switch {
	case unread:
		return fact.New("LeaseUnreadable", "why", gap.Reason)
	case lease.Code == "SeenLeaseNotRenewed":
		return fact.New("LeaseNotRenewedThough", "over", p.sinceEarlier())
	}
	return lease
}

// alive says what can be done about a node that is alive. One that is unreachable cannot be drained either.
func (p *recoverPlanner) alive(node string, condition inspect.NodeCondition, lease fact.Fact) fact.Fact {
	claims := p.halfDone(node)
	waiting := homeless(p.ix)[node]
	for _, f := range waiting.told {
		p.next(f)
	}
	switch {
	case len(claims) > 0:
		return fact.New("NodeAliveHalfRecovered", "node", node, "condition", condition, "lease", lease, "claims", claims)
	case len(waiting.claims) > 0:
		return fact.New("NodeAliveWithoutLabel", "node", node, "condition", condition, "lease", lease, "claims", waiting.claims)
	case condition == inspect.NodeUnknown:
		return fact.New("NodeUnreachableButAlive", "node", node)
	}
	return fact.New("NodeAlive", "node", node, "condition", condition, "lease", lease).Offering(fact.Plugin("drain", node).With("--move-claims"))
}

// halfDone are the claims that an earlier run has released from volumes of a node, and that have nothing instead yet. What gives
// each of them back is what can be done next.
func (p *recoverPlanner) halfDone(node string) []string {
	var claims []string
	for _, v := range p.ix.OnNode(node) {
		s, err := retain.RecordedClaim(v)
		if err != nil || s == nil || !recoveredBefore(v) || v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID != s.UID || p.ix.ClaimOf(v) != nil {
			continue
		}
		if now := p.ix.Claim(s.Namespace, s.Name); now == nil || !inspect.FullyBound(now) {
			claim := s.Namespace + "/" + s.Name
			claims = append(claims, claim)
			p.next(fact.New("ClaimHalfRecovered", "claim", claim, "volume", v.Name).Offering(fact.Plugin("reattach", v.Name).With("--replace")))
		}
	}
	return claims
}

// recoveredBefore reports whether a claim was moved off a volume by this command.
func recoveredBefore(v *corev1.PersistentVolume) bool {
	return v.Annotations[retain.AnnRecoveredFrom] != ""
}

// countDown counts the nodes that are not Ready.
func (p *recoverPlanner) countDown() {
	for _, n := range p.ix.Nodes {
		if condition, _ := inspect.ConditionOf(n); condition != inspect.NodeReady {
			p.down++
		}
	}
}

// outage blocks if most nodes are down at once: that is a fault of the network or the control plane, not of machines.
func (p *recoverPlanner) outage() {
	if liveness.Outage(p.down, len(p.ix.Nodes)) && !p.req.DuringOutage {
		const goOn = "--during-outage"
		p.block(drain.BlockedOutage, goOn, fact.New("Outage", "down", p.down, "nodes", len(p.ix.Nodes), "override", goOn))
	}
}
