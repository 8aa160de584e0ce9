package planner

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// alsoUsing are the Pods of other owners than the member's that use a claim of it: they go with the member, and what is on the claim is theirs, too.
func (p *relocation) alsoUsing(c workload.Claim) []string {
	var names []string
	for _, pod := range workload.PodsByName(p.member.Pods()) {
		if !workload.FinishedPod(pod) && p.ix.OwnerOf(pod) != p.member.Owner && slices.Contains(inspect.ClaimNames(pod), c.Manifest.Name) {
			names = append(names, pod.Namespace+"/"+pod.Name)
		}
	}
	return names
}
