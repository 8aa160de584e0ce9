package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// alsoUsing are the Pods of other owners than the member's that use a claim of it: they go with the member, and what is on the claim is theirs, too.
// Those that nobody recreates start with nothing.
func (p *relocation) alsoUsing(c workload.Claim) []string {
	var names []string
	for _, pod := range workload.PodsByName(p.member.Pods()) {
		owner := p.ix.OwnerOf(pod)
		other := !owner.None() && owner != p.member.Owner && slices.Contains(inspect.ClaimNames(pod), c.Manifest.Name)
		if !other || workload.FinishedPod(pod) || p.jobFails(pod, []*corev1.Pod{pod}, p.evict != nil) || !p.notReplaced(pod).IsZero() {
			continue
		}
		names = append(names, pod.Namespace+"/"+pod.Name)
	}
	return names
}
