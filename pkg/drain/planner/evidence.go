package planner

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
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
		e.State, e.Seen = liveness.Unproven, []string{"whether it exists is " + gap.String()}
		p.block(drain.BlockedUnknown, "", "whether node %s exists is %s", name, gap)
	case n == nil:
		e.State, e.Seen = liveness.Dead, []string{"there is no Node of that name any more"}
	case p.req.Recreated:
		p.examineReplaced(n, &e)
	default:
		p.examineUnreachable(n, &e)
	}
	if p.down > 0 {
		e.Seen = append(e.Seen, fmt.Sprintf("%d of %s down", p.down, workload.Count(len(p.ix.Nodes), "node")))
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
	p.plan.Dead = append(p.plan.Dead, d)
}

// examineUnreachable is about a node whose Node object is there.
func (p *recoverPlanner) examineUnreachable(n *corev1.Node, e *liveness.Evidence) {
	e.State = liveness.Dead
	lease, moved := p.describeLease(n.Name)
	if e.Condition != inspect.NodeUnknown || moved {
		p.examineAlive(n, e, lease)
		return
	}
	_, since := liveness.UnreachableSince(n)
	silent := p.ix.TakenAt.Sub(since)
	e.Seen = append(e.Seen, "not answering for "+duration.HumanDuration(silent), lease)
	if silent < p.req.UnreachableFor {
		e.State = liveness.Unproven
		p.block(drain.BlockedTooSoon, "--unreachable-for", "node %s has not answered for %s only; it may come back: wait until %s (--unreachable-for)",
			n.Name, duration.HumanDuration(silent), duration.HumanDuration(p.req.UnreachableFor))
	}
	if !p.leaseUnmoved(n.Name) {
		e.State = liveness.Unproven
	}
	switch {
	case liveness.OutOfService(n):
		e.Seen = append(e.Seen, "taken out of service (taint "+corev1.TaintNodeOutOfService+")")
	case p.req.Fenced:
		e.Seen = append(e.Seen, "fenced (you said so)")
	default:
		e.State = liveness.Unproven
		e.Seen = append(e.Seen, "nobody has said that it is off")
		p.block(drain.BlockedUnfenced, "--fenced", "node %s does not answer, but nobody has said that it is off: its Pods may still run and write, and two of one member at once can corrupt its data. "+
			"Power it off, then either kubectl taint node %s %s=nodeshutdown:NoExecute or add --fenced", n.Name, n.Name, corev1.TaintNodeOutOfService)
	}
}

// examineAlive is about a node that answers.
func (p *recoverPlanner) examineAlive(n *corev1.Node, e *liveness.Evidence, lease string) {
	e.State = liveness.Alive
	if old := p.older(n); len(old) > 0 {
		e.State = liveness.Replaced
		e.Seen = append(e.Seen, fmt.Sprintf("it is %s, and younger than %s on it", e.Condition, workload.Count(len(old), "volume")))
		p.block(drain.BlockedAlive, "--recreated", "node %s answers (%s), and is younger than the volumes on it (e.g. %s): if another machine has taken the name, their disks may be new and empty. "+
			"If the old disks are gone, say so with --recreated; else nothing has to be recovered", n.Name, e.Condition, old[0])
		return
	}
	e.Seen = append(e.Seen, string(e.Condition), lease)
	if liveness.OutOfService(n) {
		e.Seen = append(e.Seen, "taken out of service all the same (taint "+corev1.TaintNodeOutOfService+")")
	}
	text := "it is alive, and there is nothing to recover. To empty it: kubectl localpv drain " + n.Name + " --move-claims"
	if half := p.halfDone(n.Name); len(half) > 0 {
		text = "it is alive, so no more is recovered from it. An earlier run had taken " + strings.Join(half, "; ")
	}
	p.block(drain.BlockedAlive, "", "node %s is %s, %s: %s", n.Name, e.Condition, lease, text)
}

// halfDone are the claims that an earlier run has taken off volumes of a node, and that have nothing instead yet, each
// with what gives it back.
func (p *recoverPlanner) halfDone(node string) []string {
	var out []string
	for _, v := range p.ix.OnNode(node) {
		s, err := retain.RecordedClaim(v)
		if err != nil || s == nil || !recoveredBefore(v) || v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID != s.UID || p.ix.ClaimOf(v) != nil {
			continue
		}
		if now := p.ix.Claim(s.Namespace, s.Name); now == nil || !inspect.FullyBound(now) {
			out = append(out, fmt.Sprintf("claim %s/%s off volume %s: to give it back, with its data: kubectl localpv reattach %s --replace", s.Namespace, s.Name, v.Name, v.Name))
		}
	}
	return out
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
		p.block(drain.BlockedOutage, "--during-outage", "%d of %d nodes are down at once, which looks like a fault of the network or the control plane rather than of machines: "+
			"mend that first, or add --during-outage", p.down, len(p.ix.Nodes))
	}
}
