package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// What would do for a member that fits nowhere, and is kept from it by this program: by a reservation of an earlier run, or by the cordon that the
// command itself sets.

// withheld tells of the volumes that are reserved for other claims, which have not come to be bound to them, and of those on a node that lives and
// that this command cordons.
func (p *relocation) withheld() {
	for _, c := range p.claims() {
		m, err := match.NewMatcher(p.ix, inspect.StripClaim(p.member.Next(p.ix, c).Claim))
		if err != nil || c.Moved() {
			continue
		}
		for _, v := range p.ix.LocalVolumes() {
			switch ref := v.Spec.ClaimRef; {
			case v.Status.Phase != corev1.VolumeAvailable || m.Explain(match.Freed(v), true, "").Code != inspect.Match:
			case ref == nil && p.disksGone() && p.onOwn(v) && p.mayHave(v, c):
				p.warn(fact.New("FitsOnceUncordoned", "member", p.member.Key, "claim", c.Object(), "volume", p.where(v)).
					Offering(fact.Kubectl("uncordon", p.ix.HomeOf(v).Names()[0])))
			case ref != nil && ref.UID == "" && !isFor(ref, c.Key()) && !cordoned(v) && p.stands(v):
				p.warn(fact.New("FitsOnceUnreserved", "member", p.member.Key, "claim", c.Object(), "volume", p.where(v), "other", ref.Namespace+"/"+ref.Name).
					Offering(fact.Plugin("reclaim", v.Name).With("--unreserve")))
			}
		}
	}
}

// onOwn reports whether a volume can be used on one node alone, which the member leaves and which lives.
func (p *relocation) onOwn(v *corev1.PersistentVolume) bool {
	home := p.ix.HomeOf(v)
	return home.State == inspect.HomeNode && len(home.Nodes) == 1 && p.places.departing[home.Nodes[0].Name]
}

// mayHave reports whether nothing speaks against giving a volume to a claim of the member.
func (p *relocation) mayHave(v *corev1.PersistentVolume, c workload.Claim) bool {
	return p.disks().Free(v) && p.notGivable(v, c.Key()) == nil && !p.onDisk(v).For(c.Key()).Foreign(c.Key())
}
