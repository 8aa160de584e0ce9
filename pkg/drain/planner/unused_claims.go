package planner

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// A StatefulSet that was recreated over its Pods may have other claim templates: its next Pods do not name the claims that the present ones
// use, and start without their data.

// claimsUnused blocks that a claim is given up and recreated which no Pod of the member will name: the member would wait for another one for
// ever, and the volume that is reserved would serve nobody.
func (p *relocation) claimsUnused() {
	for _, c := range p.member.Leaves(p.ix) {
		if !c.Moved() {
			p.block(drain.BlockedPods, "", p.unused(p.member, c))
		}
	}
}

// unused says which claims a member's next Pod names in the place of one.
func (p *planner) unused(m *workload.Member, c workload.Claim) fact.Fact {
	var names []string
	for _, pod := range m.FuturePods(p.ix) {
		for _, name := range inspect.ClaimNames(pod) {
			if !slices.ContainsFunc(m.Claims, func(own workload.Claim) bool { return own.Manifest.Name == name }) {
				names = append(names, drain.Object{Kind: drain.KindClaim, Namespace: pod.Namespace, Name: name}.String())
			}
		}
	}
	return fact.New("NextPodLeavesClaim", "member", m.Key, "owner", m.Owner, "claim", c.Object(), "names", slices.Compact(names))
}
