package pending

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"

	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// crossClaims corrects what was found for each claim alone where the claims of one Pod keep each other from a
// Node: a claim whose volume is decided leaves only that volume's home to all the others.
func (q *inquiry) crossClaims() {
	if len(q.verdict.Feasible()) > 0 || len(q.verdict.PreFilter) > 0 {
		return
	}
	pinned := q.pinnedUses()
	if len(pinned) == 0 {
		return
	}
	common := pinned[0].nodes
	for _, p := range pinned[1:] {
		common = slices.DeleteFunc(slices.Clone(common), func(n string) bool { return !slices.Contains(p.nodes, n) })
	}
	if len(common) == 0 {
		q.boundApart(pinned)
		return
	}
	q.unboundBeside(pinned[0], common)
}

// pinnedUse is a claim that is bound to a volume with known homes, and those.
type pinnedUse struct {
	at     int // index of the use and of its finding
	claim  string
	volume string
	nodes  []string
}

func (q *inquiry) pinnedUses() []pinnedUse {
	var out []pinnedUse
	for i, u := range q.uses {
		if u.claim == nil || !inspect.FullyBound(u.claim) || q.findings[i].code != inspect.ClaimOk {
			continue
		}
		v := q.ix.Volume(u.claim.Spec.VolumeName)
		if v == nil || inspect.AnyNode(v) {
			continue
		}
		if home := q.ix.HomeOf(v); home.State == inspect.HomeNode {
			out = append(out, pinnedUse{at: i, claim: u.name, volume: v.Name, nodes: home.Names()})
		}
	}
	return out
}

// boundApart is for claims that are bound to volumes on different Nodes: no Node has them all.
func (q *inquiry) boundApart(pinned []pinnedUse) {
	for _, p := range pinned {
		var others []fact.Fact
		for _, o := range pinned {
			if o.at != p.at && !slices.ContainsFunc(o.nodes, func(n string) bool { return slices.Contains(p.nodes, n) }) {
				others = append(others, fact.New("AlsoBound", "claim", o.claim, "volume", o.volume, "nodes", o.nodes))
			}
		}
		if len(others) > 0 {
			q.findings[p.at] = finding(inspect.BoundNodeUnfit, fact.New("ClaimsBoundApart", "claim", p.claim, "volume", p.volume, "nodes", p.nodes, "others", others))
		}
	}
}

// unboundBeside is for unbound claims that match volumes, but get none on the Nodes to which a bound claim leads.
func (q *inquiry) unboundBeside(p pinnedUse, nodes []string) {
	for i, u := range q.uses {
		if u.claim == nil || inspect.FullyBound(u.claim) || !q.fineAlone(i) || q.ix.ReservedFor(u.claim) != nil {
			continue
		}
		served := slices.ContainsFunc(q.matches, func(m match.PodMatch) bool {
			return slices.Contains(nodes, m.Node) && chosenFor(m, u.claim) != nil
		})
		if !served && !q.provisionableOn(u.claim, nodes) {
			q.findings[i] = finding(inspect.NoMatchingVolume, fact.New("NoVolumeBesideBoundClaim", "claim", u.name, "nodes", nodes, "other", p.claim, "volume", p.volume))
		}
	}
}

// fineAlone reports whether a claim would find a volume if it were the Pod's only one.
func (q *inquiry) fineAlone(use int) bool {
	f, c := q.findings[use], q.uses[use].claim
	if f.code != inspect.NoMatchingVolume {
		return f.code == inspect.ClaimOk
	}
	m, err := match.NewMatcher(q.ix, c)
	return err == nil && m.Counts()[inspect.Match] > 0
}
