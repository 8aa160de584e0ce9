package drain

import (
	"fmt"
	"slices"
	"strings"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
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
	// Seen are the signs, in words.
	Seen []string `json:"seen"`
}

// LeaseSample is what the leases of nodes were some time before the Snapshot was taken. A lease that moves between the
// two is that of a living kubelet; clocks of different machines are not compared.
type LeaseSample struct {
	At     time.Time
	Leases []*coordinationv1.Lease
}

func (s *LeaseSample) of(node string) *coordinationv1.Lease {
	if s == nil {
		return nil
	}
	return leaseOf(s.Leases, node)
}

func leaseOf(leases []*coordinationv1.Lease, node string) *coordinationv1.Lease {
	i := slices.IndexFunc(leases, func(l *coordinationv1.Lease) bool { return l.Name == node })
	if i < 0 {
		return nil
	}
	return leases[i]
}

// outOfService is the taint by which somebody says that a node is off
// (k8s.io/api/core/v1: TaintNodeOutOfService).
func outOfService(n *corev1.Node) bool {
	return slices.ContainsFunc(n.Spec.Taints, func(t corev1.Taint) bool { return t.Key == corev1.TaintNodeOutOfService })
}

// leaseSilence is the least time between the two samples of a lease, which a living kubelet renews every 10 seconds.
const leaseSilence = 20 * time.Second

// examine weighs the evidence about one node and blocks the Plan if it is not proved dead.
func (p *recoverPlanner) examine(name string) {
	e := NodeEvidence{Node: name}
	n := p.ix.Node(name)
	switch {
	case n == nil:
		e.State, e.Seen = NodeDead, []string{"there is no Node of that name any more"}
		if gap, ok := p.ix.Gap(inspect.Nodes); ok {
			e.State, e.Seen = NodeUnproven, []string{"whether it exists is " + gap.String()}
			p.block(BlockedUnknown, "", "whether node %s exists is %s", name, gap)
		}
	case p.req.Recreated:
		e = p.examineReplaced(n)
	default:
		e = p.examineSilent(n)
	}
	p.plan.Evidence = append(p.plan.Evidence, e)
	p.watchFor(n, name)
}

// watchFor notes what must still be so before anything is deleted.
func (p *recoverPlanner) watchFor(n *corev1.Node, name string) {
	d := DeadNode{Name: name}
	if n != nil {
		d.UID = n.UID
		d.Replaced = p.req.Recreated
		if l := leaseOf(p.ix.Leases, name); l != nil {
			d.Lease = l.ResourceVersion
		}
	}
	p.dead = append(p.dead, d)
}

// examineSilent is about a node whose Node object is there.
func (p *recoverPlanner) examineSilent(n *corev1.Node) NodeEvidence {
	e := NodeEvidence{Node: n.Name, UID: n.UID, State: NodeDead}
	condition, since := inspect.ConditionOf(n)
	lease, moved := p.leaseWords(n.Name)
	if condition != inspect.NodeUnknown || moved {
		e.State = NodeAlive
		if old := p.older(n); len(old) > 0 {
			e.State = NodeReplaced
			e.Seen = append(e.Seen, fmt.Sprintf("it is %s, and younger than %s on it", condition, count(len(old), "volume")))
			p.block(BlockedAlive, "--recreated", "node %s answers (%s), and is younger than the volumes on it (e.g. %s): if another machine has taken the name, their disks may be new and empty. "+
				"If the old disks are gone, say so with --recreated; else nothing has to be recovered", n.Name, condition, old[0])
			return e
		}
		e.Seen = append(e.Seen, string(condition), lease)
		p.block(BlockedAlive, "", "node %s is %s, %s: it is alive, and there is nothing to recover. To empty it: kubectl localpv drain %s --move-claims", n.Name, condition, lease, n.Name)
		return e
	}
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
	return e
}

// silentLease blocks unless the lease was seen twice and did not move.
func (p *recoverPlanner) silentLease(node string) bool {
	if gap, ok := p.ix.Gap(inspect.Leases); ok {
		p.block(BlockedUnknown, "", "whether the kubelet of node %s still renews its lease is %s, so it is not proved dead", node, gap)
		return false
	}
	if p.req.Earlier == nil || p.ix.TakenAt.Sub(p.req.Earlier.At) < leaseSilence {
		p.block(BlockedUnknown, "", "the lease of node %s was looked at once only; it takes two looks %s apart to see that it does not move, which a file cannot show", node, leaseSilence)
		return false
	}
	return true
}

// leaseWords says what the two samples of a node's lease show, and whether it moved.
func (p *recoverPlanner) leaseWords(node string) (words string, moved bool) {
	if gap, ok := p.ix.Gap(inspect.Leases); ok {
		return "lease " + gap.String(), false
	}
	now, before := leaseOf(p.ix.Leases, node), p.req.Earlier.of(node)
	switch {
	case p.req.Earlier == nil:
		return "lease seen once", false
	case now == nil && before == nil:
		return "no lease", false
	case now == nil:
		return "its lease is gone", false
	case before == nil || before.UID != now.UID || before.ResourceVersion != now.ResourceVersion:
		return "lease moved within " + duration.HumanDuration(p.ix.TakenAt.Sub(p.req.Earlier.At)), true
	}
	return "lease unmoved over " + duration.HumanDuration(p.ix.TakenAt.Sub(p.req.Earlier.At)), false
}

// examineReplaced is about a node whose disks are said to be gone with an earlier machine.
func (p *recoverPlanner) examineReplaced(n *corev1.Node) NodeEvidence {
	e := NodeEvidence{Node: n.Name, UID: n.UID, State: NodeReplaced}
	condition, _ := inspect.ConditionOf(n)
	old := p.older(n)
	e.Seen = append(e.Seen, fmt.Sprintf("it is %s, and the disks of the earlier machine are gone (you said so)", condition))
	if len(old) == 0 {
		e.State = NodeAlive
		p.block(BlockedAlive, "", "node %s is older than all volumes on it, so no other machine has taken its name: leave out --recreated", n.Name)
	}
	return e
}

// older are the volumes of a node that were there before its Node object, by name.
func (p *recoverPlanner) older(n *corev1.Node) []string {
	var names []string
	for _, v := range p.ix.OnNode(n.Name) {
		if _, local := p.ix.LocalSource(v); local && (v.CreationTimestamp.Before(&n.CreationTimestamp) || provisionedForAnother(v, n)) {
			names = append(names, v.Name)
		}
	}
	return names
}

// provisionedForAnother tells whether the static provisioner made a volume for an earlier Node of that name.
func provisionedForAnother(v *corev1.PersistentVolume, n *corev1.Node) bool {
	by := externalCleaner(v)
	return strings.HasPrefix(by, staticProvisioner+"-"+n.Name+"-") && !ownName(by, n)
}

// outage blocks if most nodes are down at once: that is a fault of the network or the control plane, not of machines.
func (p *recoverPlanner) outage() {
	down := 0
	for _, n := range p.ix.Nodes {
		if condition, _ := inspect.ConditionOf(n); condition != inspect.NodeReady {
			down++
		}
	}
	p.down = down
	if 2*down > len(p.ix.Nodes) && !p.req.DuringOutage {
		p.block(BlockedOutage, "--during-outage", "%d of %d nodes are down at once, which looks like a fault of the network or the control plane rather than of machines: "+
			"mend that first, or add --during-outage", down, len(p.ix.Nodes))
	}
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
