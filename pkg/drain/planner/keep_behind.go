package planner

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Members whose claims stay come back to the node by themselves, unless an earlier one of a StatefulSet that goes in order keeps them away.

// behindUnready is about a member whose claims stay: one that runs is not taken down behind an earlier one that is not Ready and has nothing to
// do with the node, unless that is allowed. One that is on the node, or waits for it, is Ready no sooner than the node is back: that this is
// waited for would never end, so it is told.
func (p *drainPlanner) behindUnready(m *workload.Member) {
	if !slices.ContainsFunc(m.Placed, p.leavesAlive) {
		return
	}
	stuck, returns := p.unreadyBefore(m)
	p.saidOf(m.Key.String(), func() {
		switch first := m.Key.Namespace + "/" + cmp.Or(stuck, returns); {
		case stuck != "" && slices.ContainsFunc(m.Placed, workload.Ready) && !p.req.AllowDown:
			p.block(drain.BlockedBehind, allowDown, fact.New("BehindUnready", "member", m.Key, "owner", m.Owner, "first", first))
		case stuck != "", slices.ContainsFunc(p.pods, func(pod *corev1.Pod) bool { return pod.Namespace+"/"+pod.Name == first }):
			p.warn(fact.New("DownBehindUnready", "member", m.Key, "owner", m.Owner, "first", first))
		case returns != "":
			p.warn(fact.New("DownBehindWaiting", "member", m.Key, "owner", m.Owner, "first", first, "node", p.node.Name))
		}
	})
}

// unreadyBefore are the first earlier Pods that a member's StatefulSet waits for: one that is not Ready and whose wait has nothing to do with
// the node, and one that leaves the node with the member and is not Ready now, or waits for the node; each empty if there is none. Those that
// are Ready and leave with it come back before it.
func (p *drainPlanner) unreadyBefore(m *workload.Member) (stuck, returns string) {
	for _, name := range earlierPods(m) {
		pod := p.ix.Pod(m.Set.Namespace, name)
		leaves := pod != nil && p.leavesAlive(pod)
		switch {
		case pod != nil && workload.Ready(pod) && (leaves || pod.DeletionTimestamp == nil):
		case leaves, p.waitsHere(m, name), pod == nil && returns != "": // that one is not recreated before the earlier one is Ready
			if returns == "" {
				returns = name
			}
		default:
			return name, returns
		}
	}
	return "", returns
}

// waitsHere reports whether a Pod of a member's StatefulSet has no node, and the data of a claim of it is on this node alone.
func (p *drainPlanner) waitsHere(m *workload.Member, name string) bool {
	pod := p.ix.Pod(m.Set.Namespace, name)
	if pod == nil {
		pod = workload.PodOfSet(m.Set, name)
		pod.Spec.NodeName = ""
	}
	return pod.Spec.NodeName == "" && slices.ContainsFunc(inspect.ClaimNames(pod), func(claim string) bool {
		c := p.ix.Claim(pod.Namespace, claim)
		if c == nil {
			return false
		}
		v := p.ix.Volume(c.Spec.VolumeName)
		return v != nil && workload.OnlyOn(p.ix, v, p.departing())
	})
}

// leavesAlive reports whether a Pod is evicted that has not ended.
func (p *drainPlanner) leavesAlive(pod *corev1.Pod) bool {
	return p.leavesNode(pod) && !workload.FinishedPod(pod)
}

// staysBehind blocks a member whose claims stay, and that would not come back to them. That its StatefulSet has other templates now may be meant.
func (p *drainPlanner) staysBehind(m *workload.Member) {
	if !slices.ContainsFunc(m.Placed, p.leavesAlive) {
		return
	}
	p.saidOf(m.Key.String(), func() {
		if why := p.namespaceGoes(m); !why.IsZero() {
			p.block(drain.BlockedTerminating, "", why)
		}
		switch why := p.forsakes(m, fact.Fact{}); {
		case why.IsZero():
		case p.req.AllowDown:
			p.lose(why) // as of a claim that goes: that the data stays is no comfort to the member
		default:
			p.block(drain.BlockedNowhere, allowDown, why)
		}
	})
}
