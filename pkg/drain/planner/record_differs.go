package planner

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// recordsDiffer tells of claims whose data may be on the node, or elsewhere although it seems to be there, since a record of the volume means another
// node than its affinity.
func (p *drainPlanner) recordsDiffer() {
	for _, v := range p.ix.LocalVolumes() {
		c := p.ix.ClaimOf(v)
		if c == nil || c.Spec.VolumeName != v.Name {
			continue
		}
		why, nodes := p.ix.RecordDiffers(v)
		if why.IsZero() || !slices.Contains(nodes, p.node.Name) && !slices.Contains(p.ix.HomeOf(v).Names(), p.node.Name) {
			continue
		}
		if slices.Contains(p.doubtful, c.Namespace+"/"+c.Name) {
			continue // that is said
		}
		p.warn(fact.New("ClaimInDoubt", "claim", drain.ClaimObject(c), "volume", v.Name, "why", why))
		if slices.Contains(nodes, p.node.Name) {
			p.doubtful = append(p.doubtful, c.Namespace+"/"+c.Name)
		}
	}
}
