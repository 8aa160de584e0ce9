package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// examineReplaced is about a node of which it was confirmed that its disks are gone with an earlier machine.
func (p *recoverPlanner) examineReplaced(n *corev1.Node, e *liveness.Evidence) {
	e.State = liveness.Replaced
	e.Seen = append(e.Seen, fact.New("SeenReplaced", "condition", e.Condition))
	switch {
	case len(p.older(n)) == 0:
		e.State = liveness.Alive
		p.block(drain.BlockedAlive, "", fact.New("NodeNotReplaced", "node", n.Name))
	case e.Condition == inspect.NodeUnknown:
		p.block(drain.BlockedUnreachable, "", fact.New("ReplacedNodeUnreachable", "node", n.Name))
	}
}

// older are the volumes of a node that were there before its Node object, by name.
func (p *recoverPlanner) older(n *corev1.Node) []string {
	var names []string
	for _, v := range p.ix.LocalVolumes() { // records say of some where they are, and no affinity
		if ofEarlier(v, n) && p.ix.OnSite(v, n.Name) {
			names = append(names, v.Name)
		}
	}
	return names
}

// ofPresentMachine reports whether a volume belongs to the machine that has a node's name now: it is in good order.
func (p *recoverPlanner) ofPresentMachine(v *corev1.PersistentVolume) bool {
	for _, name := range p.ix.DataOn(v).Nodes {
		if n := p.ix.Node(name); n != nil && p.departing[name] && !ofEarlier(v, n) {
			return true
		}
	}
	return false
}
