package pending

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// crossClaims are the findings as they are for all claims of one Pod together, which may keep each other from a Node: a claim
// whose volume is decided leaves only that volume's home to all the others.
func crossClaims(e evidence.Evidence, alone []claimFinding) []claimFinding {
	if len(e.Verdict.Feasible()) > 0 || len(e.Verdict.PreFilter) > 0 {
		return alone
	}
	pinned := pinnedUses(e, alone)
	if len(pinned) == 0 {
		return alone
	}
	common := pinned[0].nodes
	for _, p := range pinned[1:] {
		common = slices.DeleteFunc(slices.Clone(common), func(n string) bool { return !slices.Contains(p.nodes, n) })
	}
	if len(common) == 0 {
		return boundApart(alone, pinned)
	}
	return unboundBeside(e, alone, pinned[0], common)
}

// pinnedUse is a claim that is bound to a volume with known homes, and those.
type pinnedUse struct {
	at     int // index of the use and of its finding
	claim  string
	volume string
	nodes  []string
}

// pinnedUses are the claims that are fine by themselves and lead to Nodes.
func pinnedUses(e evidence.Evidence, alone []claimFinding) []pinnedUse {
	var out []pinnedUse
	for i, u := range e.Uses {
		if u.Claim == nil || !inspect.FullyBound(u.Claim) || alone[i].code != inspect.ClaimOk {
			continue
		}
		v := e.Index.Volume(u.Claim.Spec.VolumeName)
		if v == nil || inspect.AnyNode(v) {
			continue
		}
		if home := e.Index.HomeOf(v); home.State == inspect.HomeNode {
			out = append(out, pinnedUse{at: i, claim: u.Name, volume: v.Name, nodes: home.Names()})
		}
	}
	return out
}

// boundApart is for claims that are bound to volumes on different Nodes: no Node has them all.
func boundApart(alone []claimFinding, pinned []pinnedUse) []claimFinding {
	found := slices.Clone(alone)
	for _, p := range pinned {
		var others []fact.Fact
		for _, o := range pinned {
			if o.at != p.at && !slices.ContainsFunc(o.nodes, func(n string) bool { return slices.Contains(p.nodes, n) }) {
				others = append(others, fact.New("AlsoBound", "claim", o.claim, "volume", o.volume, "nodes", o.nodes))
			}
		}
		if len(others) > 0 {
			found[p.at] = finding(inspect.BoundNodeUnfit, fact.New("ClaimsBoundApart", "claim", p.claim, "volume", p.volume, "nodes", p.nodes, "others", others))
		}
	}
	return found
}

// unboundBeside is for unbound claims that match volumes, but get none on the Nodes to which a bound claim leads.
func unboundBeside(e evidence.Evidence, alone []claimFinding, p pinnedUse, nodes []string) []claimFinding {
	found := slices.Clone(alone)
	for i, u := range e.Uses {
		if !u.Unbound() || !fineAlone(u, alone[i]) || e.Index.ReservedFor(u.Claim) != nil {
			continue
		}
		served := slices.ContainsFunc(e.Matches, func(m match.PodMatch) bool {
			return slices.Contains(nodes, m.Node) && chosenFor(m, u.Claim) != nil
		})
		if !served && !provisionableOn(e.Index, u.Claim, nodes) {
			found[i] = finding(inspect.NoMatchingVolume, fact.New("NoVolumeBesideBoundClaim", "claim", u.Name, "nodes", nodes, "other", p.claim, "volume", p.volume))
		}
	}
	return found
}

// fineAlone reports whether a claim would find a volume if it were the Pod's only one.
func fineAlone(u evidence.ClaimUse, f claimFinding) bool {
	if f.code != inspect.NoMatchingVolume {
		return f.code == inspect.ClaimOk
	}
	return u.Matcher != nil && u.Matcher.Counts()[inspect.Match] > 0
}
