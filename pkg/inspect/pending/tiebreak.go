package pending

import (
	"slices"

	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// resolveTies takes the chance out of the answer: among volumes of equal capacity the scheduler takes whichever it
// meets first, so for a Pod with several claims its filter can say yes now and no the next time. A Node where the
// outcome hangs on that alone counts as fitting, since the scheduler tries until it does. It does not where a claim
// is bound to a volume elsewhere, or has been handed to a provisioner: no luck with the others changes that. The
// evidence that is returned has no such refusals, and ties tell of them.
func resolveTies(e *evidence) (resolved *evidence, ties []fact.Fact) {
	if len(e.matcher.Distinct()) < 2 || slices.ContainsFunc(e.uses, claimUse.handedOver) {
		return e, nil
	}
	verdict := *e.verdict
	for i, n := range e.verdict.Nodes {
		if !inReach(e, n.Node) || e.matcher.Greedy(n.Node).Outcome != match.GreedySometimes {
			continue
		}
		kept := slices.DeleteFunc(slices.Clone(n.Refusals), hangsOnVolumesTaken)
		if len(kept) == len(n.Refusals) {
			continue
		}
		if len(ties) == 0 {
			verdict.Nodes, verdict.Message = slices.Clone(verdict.Nodes), ""
		}
		verdict.Nodes[i].Refusals = kept
		ties = append(ties, fact.New("EqualVolumesDecide", "node", n.Node))
	}
	without := *e
	without.verdict = &verdict
	return &without, ties
}

// hangsOnVolumesTaken tells a refusal that another choice among the Node's volumes undoes.
func hangsOnVolumesTaken(r inspect.Refusal) bool {
	return r.Plugin == inspect.PluginVolumeBinding && r.NoneLeft
}

// inReach reports whether the claims of the Pod whose place is decided leave it a Node: the volumes of the bound ones
// can be used there, and those that a provisioner was asked for are to be made there.
func inReach(e *evidence, node string) bool {
	return !slices.ContainsFunc(e.uses, func(u claimUse) bool {
		switch {
		case u.claim == nil:
			return false
		case inspect.FullyBound(u.claim):
			return boundReason(e.ix, u.claim, node).Code != inspect.Match
		default:
			return u.handedOver() && u.claim.Annotations[volumehelpers.AnnSelectedNode] != node
		}
	})
}
