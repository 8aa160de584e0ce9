package planner

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// recreatedInVain blocks a member of which an earlier run has deleted a claim that somebody has recreated since, with spec.volumeName of a
// volume that it can never have: as a rule the one that it left. Neither that nor the place that is reserved for it becomes its own, so that
// to wait for the member would never end.
func (p *relocator) recreatedInVain(m *workload.Member) bool {
	for _, c := range m.Claims {
		if c.Claim != nil || c.Current == nil || c.Current.DeletionTimestamp != nil {
			continue
		}
		why, inVain := match.NamesInVain(p.ix, c.Current)
		if !inVain || inspect.FullyBound(c.Current) && p.ix.Volume(c.Current.Spec.VolumeName) == nil { // the latter may have had it
			continue
		}
		p.block(drain.BlockedLost, "", fact.New("RecreatedInVain", "claim", c.Object(), "volume", c.Current.Spec.VolumeName, "why", why).
			Offering(fact.Kubectl("delete", "pvc", c.Current.Name).In(c.Current.Namespace)))
		return true
	}
	return false
}
