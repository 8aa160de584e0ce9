package planner

import (
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// nothingToReturn says of a volume that was wiped that the claim gets it empty. It blocks if what the claim has now were given up for that.
func (p *reattachPlanner) nothingToReturn() {
	v := p.volume
	if !p.wiped(v) {
		return
	}
	at := disk.DataOf(v, p.ix.TakenAt).Since.UTC().Format(time.RFC3339)
	if p.replaces() {
		p.block(drain.BlockedReplaced, "", fact.New("ReplacedByWiped", "volume", v.Name, "claim", p.claim, "at", at, "has", p.current.Spec.VolumeName))
		return
	}
	p.warn(fact.New("ReturnsEmpty", "volume", v.Name, "claim", p.claim, "at", at))
}
