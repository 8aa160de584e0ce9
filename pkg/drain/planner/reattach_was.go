package planner

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// Whose a volume was that comes back: a reservation, or the name on the command line, says nothing of that.

// wasOf says of the volume that comes back who had it.
func (p *reattachPlanner) wasOf() fact.Fact {
	v, data := p.volume, disk.DataOf(p.volume, p.ix.TakenAt)
	switch ref := v.Spec.ClaimRef; {
	case ref != nil && ref.UID != "":
		return fact.New("OlderClaim", "volume", p.where(v), "size", size(v), "claim", drain.RefObject(ref), "age", age(p.ix, since(v)))
	case data.State == disk.Known && data.Claim.Key() == keyOf(p.claim):
		return fact.New("OlderClaim", "volume", p.where(v), "size", size(v), "claim", p.claim, "age", "")
	case data.State == disk.Known:
		return fact.New("OlderOfAnother", "volume", p.where(v), "size", size(v), "claim", p.claim, "owner", ownerObject(data.Claim))
	}
	return fact.New("OlderOfNobody", "volume", p.where(v), "size", size(v), "claim", p.claim)
}

// likePresent says why a claim is recreated as the present one is.
func (p *reattachPlanner) likePresent() fact.Fact {
	data := disk.DataOf(p.volume, p.ix.TakenAt)
	if data.State == disk.Known && data.Claim.Key() == keyOf(p.claim) {
		return fact.New("RecreatedLikePresent", "claim", p.claim, "volume", p.volume.Name)
	}
	return fact.New("NewLikePresent", "claim", p.claim, "volume", p.volume.Name)
}
