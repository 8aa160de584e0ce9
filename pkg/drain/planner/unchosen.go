package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// Members that are chosen for some of their Pods only.

// unchosenPod is a Pod of a member that is chosen for another of its Pods, and is not chosen itself; nil if there is none.
func (p *planner) unchosenPod(m *workload.Member) *corev1.Pod {
	if !p.chosen(m) {
		return nil
	}
	i := slices.IndexFunc(m.Pods(), func(pod *corev1.Pod) bool { return !workload.FinishedPod(pod) && !p.chosenPod(pod) })
	if i < 0 {
		return nil
	}
	return m.Pods()[i]
}

// sharedWithUnchosen blocks members that are chosen and share a claim with a Pod that is not: it would be taken, or lose what is on the claim.
func (p *planner) sharedWithUnchosen(members []*workload.Member) {
	for _, m := range members {
		pod := p.unchosenPod(m)
		if pod == nil || m.Ephemeral {
			continue
		}
		named := slices.IndexFunc(m.Claims, func(c workload.Claim) bool {
			return slices.ContainsFunc(p.ix.Consumers(c.Manifest.Namespace, c.Manifest.Name), func(o *corev1.Pod) bool { return o == pod })
		})
		p.saidOf(m.Key.String(), func() {
			p.block(drain.BlockedShared, "", fact.New("ClaimSharedWithUnchosen", "claim", m.Claims[max(0, named)].Object(), "pod", drain.PodObject(pod)))
		})
	}
}
