package planner

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// volumeGoesToo blocks if the volume of a claim that goes is being deleted as well, with the manifest that is saved on it.
func (p *planner) volumeGoesToo(c workload.Claim) {
	if c.Volume.DeletionTimestamp != nil {
		p.block(drain.BlockedTerminating, "", fact.New("TerminatingVolumeOfClaim", "volume", c.Volume.Name, "claim", c.Object()))
	}
}
