package planner

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// reclaimable warns, of a member that fits nowhere, of volumes elsewhere that would do for one of its claims and whose own claims are
// gone: they can be reclaimed first.
func (p *relocation) reclaimable() {
	for _, c := range p.member.Claims {
		m, err := match.NewMatcher(p.ix, inspect.StripClaim(c.Manifest))
		if err != nil {
			continue
		}
		var names []string
		for _, v := range p.ix.LocalVolumes() {
			home := p.ix.HomeOf(v)
			away := home.State != inspect.HomeNode || slices.ContainsFunc(home.Names(), func(n string) bool { return p.places.departing[n] })
			if away || !leftByClaim(v) || p.stillUsed(v) != nil || p.wanted(p.dataOf(v)) != "" || m.Explain(freed(v, nil), true, "").Code != inspect.Match {
				continue
			}
			names = append(names, v.Name)
		}
		if len(names) > 0 {
			p.warn(fact.New("CouldBeReclaimedFirst", "member", p.member.Key, "claim", c.Object(), "volumes", names).
				Offering(fact.Plugin("reclaim", names[0]).With("--keep-data")))
		}
	}
}
