package pending

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"

	"slices"

	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// resolveTies takes the chance out of the answer: among volumes of equal capacity the scheduler takes whichever it
// meets first, so for a Pod with several claims its filter can say yes now and no the next time. A Node where the
// outcome hangs on that alone counts as fitting, since the scheduler tries until it does. It does not where a claim
// is bound to a volume elsewhere, or has been handed to a provisioner: no luck with the others changes that.
func (q *inquiry) resolveTies() {
	if len(q.matcher.Distinct()) < 2 || slices.ContainsFunc(q.uses, claimUse.handedOver) {
		return
	}
	for i, n := range q.verdict.Nodes {
		if !q.inReach(n.Node) || q.matcher.Greedy(n.Node).Outcome != match.GreedySometimes {
			continue
		}
		kept := slices.DeleteFunc(slices.Clone(n.Refusals), hangsOnVolumesTaken)
		if len(kept) == len(n.Refusals) {
			continue
		}
		q.verdict.Nodes[i].Refusals = kept
		q.verdict.Message = ""
		q.notes = append(q.notes, fact.New("EqualVolumesDecide", "node", n.Node))
	}
}

// handedOver tells an unbound claim for which no existing volume is tried any more.
func (u claimUse) handedOver() bool {
	return u.claim != nil && !inspect.FullyBound(u.claim) && hasSelectedNode(u.claim)
}

// hangsOnVolumesTaken tells a refusal that another choice among the Node's volumes undoes.
func hangsOnVolumesTaken(r inspect.Refusal) bool {
	return r.Plugin == inspect.PluginVolumeBinding && r.NoneLeft
}

// inReach reports whether the claims of the Pod whose place is decided leave it a Node: the volumes of the bound ones
// can be used there, and those that a provisioner was asked for are to be made there.
func (q *inquiry) inReach(node string) bool {
	return !slices.ContainsFunc(q.uses, func(u claimUse) bool {
		switch {
		case u.claim == nil:
			return false
		case inspect.FullyBound(u.claim):
			return boundReason(q.ix, u.claim, node).Code != inspect.Match
		default:
			return u.handedOver() && u.claim.Annotations[volumehelpers.AnnSelectedNode] != node
		}
	})
}
