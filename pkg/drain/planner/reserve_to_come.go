package planner

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
)

// reservedLater are the claims to come whose volumes are reserved only when nobody can go back any more. The replacement Pod brings such a
// claim, and a volume that is reserved for a claim is bound to it at once, also where it waits for a Pod to be placed: from then on the
// member would be tied to its new place, while the data that it has not left yet ties it to the old one.
func (p *relocation) reservedLater() []workload.Claim {
	coming := func(c workload.Claim) bool { return c.Claim == nil || c.Claim.DeletionTimestamp != nil }
	if p.member.Relocated || slices.ContainsFunc(p.member.Claims, coming) {
		return nil // nobody can go back to what is on its way out
	}
	return slices.DeleteFunc(toCome(p.ix, p.member), func(c workload.Claim) bool { return !p.ix.Delayed(c.Manifest) })
}

// reservedFirst are the other claims for which the member needs volumes.
func (p *relocation) reservedFirst() []workload.Claim {
	later := p.reservedLater()
	return slices.DeleteFunc(p.claims(), func(c workload.Claim) bool {
		return slices.ContainsFunc(later, func(l workload.Claim) bool { return l.Key() == c.Key() })
	})
}

// reserveLeft reserves the volumes of the claims whose next ones come once those that the member leaves are gone.
func (p *relocation) reserveLeft() { p.reserve(p.reservedFirst()) }

// reserveToCome reserves those of the claims that the replacement Pod brings.
func (p *relocation) reserveToCome() { p.reserve(p.reservedLater()) }

// keysOf are the names of claims, as people read them.
func keysOf(claims []workload.Claim) []string {
	var names []string
	for _, c := range claims {
		names = append(names, c.Object().String())
	}
	return names
}
