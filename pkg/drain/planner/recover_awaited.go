package planner

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// awaitedOnNodes tells of the volumes of dead nodes with data for which a claim of the name waits that had them, and reports whether there are
// some. No member has them, since the two are not bound. Those that count as bound to such a volume are told of by lostOnNodes.
func (p *recoverPlanner) awaitedOnNodes() bool {
	found := false
	if p.req.Recreated {
		return false // its disks are gone
	}
	for _, v := range p.finder.Volumes() {
		ref := v.Spec.ClaimRef
		if !leftByClaim(v) || p.wiped(v) || movedBefore(v) || restored(p.ix.Claim(ref.Namespace, ref.Name), v) {
			continue
		}
		own := p.waitsFor(v, drain.RefObject(ref))
		if own.by == "" {
			continue
		}
		found = true
		p.warn(fact.New("AwaitedDataOnDeadNode", "claim", own.claim, "volume", p.where(v)).
			Offering(fact.Plugin("reattach", v.Name), fact.Plugin("why-pending").In(own.claim.Namespace)))
	}
	return found
}
