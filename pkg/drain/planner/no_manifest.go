package planner

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// noManifest says that nobody knows how to create the claim, and how its volume waits for it meanwhile, if reclaim does that: what speaks
// against giving the volume to anybody speaks against that, too.
func (p *reattachPlanner) noManifest() fact.Fact {
	v, key := p.volume, keyOf(p.claim)
	f := fact.New("NoManifest", "claim", p.claim, "volume", v.Name)
	accepted := slices.Contains(p.req.AcceptForeignData, v.Name)
	req, reserve := drain.ReclaimRequest{Volumes: []string{v.Name}, KeepData: true, For: &key}, fact.Plugin("reclaim", v.Name).With("--keep-data", "--for", p.claim.String())
	if accepted {
		req.AcceptForeignData, reserve = []string{v.Name}, reserve.With(acceptForeign, v.Name)
	}
	plan, err := PlanReclaim(p.ix, req)
	switch {
	case err != nil:
		return f
	case plan.Verdict != drain.Blocked:
		return f.Offering(reserve)
	case slices.ContainsFunc(plan.Blockers, func(b drain.Blocker) bool { return b.Code != drain.BlockedCleaner }):
		return f
	}
	// Reclaim leaves what a provisioner is to erase to that.
	return fact.New("NoManifestAndCleaner", "claim", p.claim, "volume", v.Name).Offering(keepFromCleaner(v.Name), reserve)
}
