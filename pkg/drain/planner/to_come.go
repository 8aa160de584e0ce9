package planner

import (
	"slices"

	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// toCome are the claims that the StatefulSet of a member that moves creates with its next Pod, besides those that the member leaves and
// those that there are. They leave no volume.
func toCome(ix *inspect.Index, m *workload.Member) []workload.Claim {
	return m.ToCome(ix, func(key types.NamespacedName) bool {
		return ix.Claim(key.Namespace, key.Name) != nil || slices.ContainsFunc(m.Claims, func(c workload.Claim) bool { return c.Key() == key })
	})
}

// claims are those for which the member needs volumes in its new place: those that it leaves, and those to come.
func (p *relocation) claims() []workload.Claim {
	return slices.Concat(p.member.Claims, toCome(p.ix, p.member))
}

// claimsToCome says which claims the member gets that it does not have.
func (p *relocation) claimsToCome() {
	if p.place() == nil {
		return
	}
	for _, c := range toCome(p.ix, p.member) {
		f := fact.New("ClaimToCome", "claim", c.Object(), "owner", p.member.Owner, "volume", "")
		if v := p.places.volumeFor(p.member, c); v != nil {
			f = f.With("volume", p.whereOn(v, p.place().Node))
		}
		p.warn(f)
	}
}
