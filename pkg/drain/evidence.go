package drain

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// NodeState is what the evidence says of a node.
type NodeState string

// The states of a node.
const (
	// NodeDead: nothing runs on it any more, as far as the cluster can tell and somebody has said.
	NodeDead NodeState = "dead"
	// NodeUnproven: it does not answer, and may still run and write.
	NodeUnproven NodeState = "unproven"
	// NodeAlive: it answers.
	NodeAlive NodeState = "alive"
	// NodeReplaced: the Node object is younger than the volumes: another machine may have taken the name.
	NodeReplaced NodeState = "replaced"
)

// NodeEvidence is what was seen of a node.
type NodeEvidence struct {
	Node  string    `json:"node"`
	UID   types.UID `json:"uid,omitempty"`
	State NodeState `json:"state"`
	// Condition is what the Node's Ready condition says (Ready, NotReady, Unknown), and Since from when on. They are empty
	// if there is no Node.
	Condition inspect.NodeCondition `json:"condition,omitempty"`
	Since     *metav1.Time          `json:"since,omitempty"`
	// Leases are the looks at the node's lease, the earlier first.
	Leases []LeaseSeen `json:"leases,omitempty"`
	// Taints are those that say something about its state: KEY:EFFECT or KEY=VALUE:EFFECT.
	Taints []string `json:"taints,omitempty"`
	// Seen are the signs, in words.
	Seen []string `json:"seen"`
}

// outOfService is the taint by which somebody says that a node is off
// (k8s.io/api/core/v1: TaintNodeOutOfService).
func outOfService(n *corev1.Node) bool {
	return slices.ContainsFunc(n.Spec.Taints, func(t corev1.Taint) bool { return t.Key == corev1.TaintNodeOutOfService })
}

// examine weighs the evidence about one node and blocks the Plan if it is not proved dead.
func (p *recoverPlanner) examine(name string) {
	e := NodeEvidence{Node: name}
	n := p.ix.Node(name)
	if n != nil {
		e.UID, e.Taints, e.Leases = n.UID, stateTaints(n), p.looks(name)
		var since time.Time
		if e.Condition, since = silence(n); !since.IsZero() {
			e.Since = &metav1.Time{Time: since}
		}
	}
	gap, unread := p.ix.Gap(inspect.Nodes)
	switch {
	case unread:
		e.State, e.Seen = NodeUnproven, []string{"whether it exists is " + gap.String()}
		p.block(BlockedUnknown, "", "whether node %s exists is %s", name, gap)
	case n == nil:
		e.State, e.Seen = NodeDead, []string{"there is no Node of that name any more"}
	case p.req.Recreated:
		p.examineReplaced(n, &e)
	default:
		p.examineSilent(n, &e)
	}
	if p.down > 0 {
		e.Seen = append(e.Seen, fmt.Sprintf("%d of %s down", p.down, count(len(p.ix.Nodes), "node")))
	}
	p.plan.Evidence = append(p.plan.Evidence, e)
	p.watchFor(n, name)
}

// silence is the condition of a Node and since when it holds. A Node that has never said anything is silent since it was
// made.
func silence(n *corev1.Node) (inspect.NodeCondition, time.Time) {
	condition, since := inspect.ConditionOf(n)
	if since.IsZero() {
		since = n.CreationTimestamp.Time
	}
	return condition, since
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

// watchFor notes what must still be so before anything is deleted.
func (p *recoverPlanner) watchFor(n *corev1.Node, name string) {
	d := DeadNode{Name: name}
	if n != nil {
		d.UID = n.UID
		d.Replaced = p.req.Recreated
		d.OutOfService = !p.req.Fenced && !d.Replaced && outOfService(n)
	}
	if l := leaseOf(p.ix.Leases, name); l != nil { // that of a Node that is gone stays for a while
		d.Lease = l.ResourceVersion
	}
	p.plan.dead = append(p.plan.dead, d)
}

// examineSilent is about a node whose Node object is there.
func (p *recoverPlanner) examineSilent(n *corev1.Node, e *NodeEvidence) {
	e.State = NodeDead
	lease, moved := p.leaseWords(n.Name)
	if e.Condition != inspect.NodeUnknown || moved {
		p.examineAlive(n, e, lease)
		return
	}
	_, since := silence(n)
	silent := p.ix.TakenAt.Sub(since)
	e.Seen = append(e.Seen, "not answering for "+duration.HumanDuration(silent), lease)
	if silent < p.req.UnreachableFor {
		e.State = NodeUnproven
		p.block(BlockedTooSoon, "--unreachable-for", "node %s has not answered for %s only; it may come back: wait until %s (--unreachable-for)",
			n.Name, duration.HumanDuration(silent), duration.HumanDuration(p.req.UnreachableFor))
	}
	if !p.silentLease(n.Name) {
		e.State = NodeUnproven
	}
	switch {
	case outOfService(n):
		e.Seen = append(e.Seen, "taken out of service (taint "+corev1.TaintNodeOutOfService+")")
	case p.req.Fenced:
		e.Seen = append(e.Seen, "fenced (you said so)")
	default:
		e.State = NodeUnproven
		e.Seen = append(e.Seen, "nobody has said that it is off")
		p.block(BlockedUnfenced, "--fenced", "node %s does not answer, but nobody has said that it is off: its Pods may still run and write, and two of one member at once can corrupt its data. "+
			"Power it off, then either kubectl taint node %s %s=nodeshutdown:NoExecute or add --fenced", n.Name, n.Name, corev1.TaintNodeOutOfService)
	}
}

// examineAlive is about a node that answers.
func (p *recoverPlanner) examineAlive(n *corev1.Node, e *NodeEvidence, lease string) {
	e.State = NodeAlive
	if old := p.older(n); len(old) > 0 {
		e.State = NodeReplaced
		e.Seen = append(e.Seen, fmt.Sprintf("it is %s, and younger than %s on it", e.Condition, count(len(old), "volume")))
		p.block(BlockedAlive, "--recreated", "node %s answers (%s), and is younger than the volumes on it (e.g. %s): if another machine has taken the name, their disks may be new and empty. "+
			"If the old disks are gone, say so with --recreated; else nothing has to be recovered", n.Name, e.Condition, old[0])
		return
	}
	e.Seen = append(e.Seen, string(e.Condition), lease)
	if outOfService(n) {
		e.Seen = append(e.Seen, "taken out of service all the same (taint "+corev1.TaintNodeOutOfService+")")
	}
	text := "it is alive, and there is nothing to recover. To empty it: kubectl localpv drain " + n.Name + " --move-claims"
	if half := p.halfDone(n.Name); len(half) > 0 {
		text = "it is alive, so no more is recovered from it. An earlier run had taken " + strings.Join(half, "; ")
	}
	p.block(BlockedAlive, "", "node %s is %s, %s: %s", n.Name, e.Condition, lease, text)
}

// halfDone are the claims that an earlier run has taken off volumes of a node, and that have nothing instead yet, each
// with what gives it back.
func (p *recoverPlanner) halfDone(node string) []string {
	var out []string
	for _, v := range p.ix.OnNode(node) {
		s, err := SavedClaim(v)
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
func recoveredBefore(v *corev1.PersistentVolume) bool { return v.Annotations[AnnRecoveredFrom] != "" }

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
	if outage(p.down, len(p.ix.Nodes)) && !p.req.DuringOutage {
		p.block(BlockedOutage, "--during-outage", "%d of %d nodes are down at once, which looks like a fault of the network or the control plane rather than of machines: "+
			"mend that first, or add --during-outage", p.down, len(p.ix.Nodes))
	}
}

// outage reports whether so many nodes are down that it is no matter of single machines.
func outage(down, all int) bool { return 2*down > all }

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
