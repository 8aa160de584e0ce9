package planner

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// Claims that were restored and count as bound to a volume of a dead node, which belongs to an earlier claim: no member has them, since the two
// were never bound.

// restoredHere are the claims that count as bound to volumes of the dead nodes and have them not, with those.
func (p *recoverPlanner) restoredHere() []workload.Claim {
	var out []workload.Claim
	for _, v := range p.finder.Volumes() {
		for _, c := range p.ix.Claims {
			if restored(c, v) && p.ix.ClaimOf(v) != c {
				out = append(out, workload.Claim{Volume: v, Claim: c, Manifest: c})
			}
		}
	}
	slices.SortFunc(out, compareClaims)
	return out
}

// lostOnNodes tells of the claims that wait for a volume of a dead node and do not have it, keeps those volumes, unless the loss of their data
// is accepted, and reports whether there are some.
func (p *recoverPlanner) lostOnNodes() bool {
	all := p.restoredHere()
	for _, c := range all {
		back := fact.Plugin("reattach", c.Volume.Name)
		if earlierOf(c) != "" {
			back = back.With("--claim", c.Object().String(), "--accept-foreign-data", c.Volume.Name)
		}
		pods := workload.PodsByName(p.ix.Consumers(c.Claim.Namespace, c.Claim.Name))
		p.warn(fact.New("RestoredClaimWaits", "claim", c.Object(), "volume", p.where(c.Volume), "other", earlierOf(c), "pods", workload.Names(pods)).
			Offering(back, fact.Plugin("why-pending").In(c.Claim.Namespace)))
		switch {
		case !p.req.ForgetVolumes:
		case slices.Contains(p.req.AcceptDataLoss, c.Key()):
			p.lose(fact.New("RestoredClaimLosesVolume", "claim", c.Object(), "volume", c.Volume.Name))
		default:
			p.kept[c.Volume.Name] = true
			p.warn(fact.New("VolumeKeptForRestored", "claim", c.Object(), "volume", c.Volume.Name, "override", acceptClaim(c.Object())))
		}
	}
	return len(all) > 0
}

// earlierOf names the claim that a volume belongs to if it is one of another name than the claim that counts as bound to it.
func earlierOf(c workload.Claim) string {
	ref := c.Volume.Spec.ClaimRef
	if ref == nil || ref.Namespace == c.Claim.Namespace && ref.Name == c.Claim.Name {
		return ""
	}
	return drain.RefObject(ref).String()
}

// compareClaims sorts claims by their names.
func compareClaims(a, b workload.Claim) int {
	return slices.Compare([]string{a.Claim.Namespace, a.Claim.Name}, []string{b.Claim.Namespace, b.Claim.Name})
}
