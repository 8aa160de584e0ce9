package planner

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
)

// standing is what the Plan rests on when it deletes the claims of a member.
func (p *relocator) standing(m *workload.Member, peers peers) *drain.Safeguards {
	s := &drain.Safeguards{Owner: m.Direct.String(), OwnerUID: m.Direct.UID, NoOutage: p.noOutage}
	if m.Place != nil {
		s.Node = m.Place.Node
	}
	if !peers.counted || slices.ContainsFunc(m.Claims, p.accepted) {
		return s
	}
	s.Ready = majority(peers.wanted)
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
