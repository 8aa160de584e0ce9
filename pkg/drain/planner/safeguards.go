package planner

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
)

// safeguards are what the Plan rests on when it deletes the claims of the member.
func (p *relocation) safeguards() *drain.Safeguards {
	m := p.member
	s := &drain.Safeguards{Owner: m.Direct.String(), OwnerUID: m.Direct.UID, NoOutage: p.noOutage}
	if place := p.place(); place != nil {
		s.Node = place.Node
	}
	if p.peers.Kind != drain.CountedPeers || slices.ContainsFunc(m.Claims, p.accepted) {
		return s
	}
	s.Ready = drain.Majority(p.peers.Wanted)
	for _, pod := range p.ix.Pods {
		if pod.Namespace == m.Key.Namespace && pod.Name != m.Key.Name && p.ix.OwnerOf(pod) == m.Owner && !slices.Contains(m.Pods(), pod) {
			s.Named = append(s.Named, pod.Name)
		}
	}
	slices.Sort(s.Named)
	return s
}

// accepted reports whether the loss of what a claim holds was accepted.
func (p *relocator) accepted(c workload.Claim) bool { return slices.Contains(p.accept, c.Key()) }
