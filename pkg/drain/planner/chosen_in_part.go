package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Members of which some Pods are chosen and others are not: they are asked for, and do not move all the same.

// nameByChosen names members that Pods of several owners share by one that is chosen, so that whoever chose it is told what becomes of that.
func (p *planner) nameByChosen(members []*workload.Member) {
	for _, m := range members {
		lead := m.Representative()
		if m.Set != nil || lead == nil || p.chosenPod(lead) {
			continue
		}
		pods := m.Pods()
		if i := slices.IndexFunc(pods, func(pod *corev1.Pod) bool { return p.chosenPod(pod) && !workload.FinishedPod(pod) }); i >= 0 {
			m.Key.Name, m.Owner, m.Direct = pods[i].Name, p.ix.OwnerOf(pods[i]), workload.DirectOwner(pods[i])
		}
	}
}

// heldByUnchosen blocks a member that is chosen and whose claim a Pod which has ended, and is not chosen, holds on the node.
func (p *drainPlanner) heldByUnchosen(m *workload.Member) {
	if m.Ephemeral || !p.chosen(m) {
		return
	}
	for _, v := range p.verdicts {
		if v.apart.Code != "NotChosen" || !workload.FinishedPod(v.pod) || !slices.Contains(m.Placed, v.pod) {
			continue
		}
		held := func(c workload.Claim) bool { return slices.Contains(inspect.ClaimNames(v.pod), c.Manifest.Name) }
		c := m.Claims[max(0, slices.IndexFunc(m.Claims, held))]
		p.saidOf(m.Key.String(), func() {
			p.block(drain.BlockedShared, "", fact.New("ClaimHeldByUnchosen", "claim", c.Object(), "pod", drain.PodObject(v.pod), "node", p.node.Name))
		})
	}
}
