package evidence

import (
	"slices"

	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// withoutTies takes the chance out of the answer: among volumes of equal capacity the scheduler takes whichever it
// meets first, so for a Pod with several claims its filter can say yes now and no the next time. A Node where the
// outcome hangs on that alone counts as fitting, since the scheduler tries until it does. It does not where a claim
// is bound to a volume elsewhere, or has been handed to a provisioner: no luck with the others changes that. The
// evidence that is returned has a Verdict of its own, without such refusals, and Ties that tell of them.
func (e Evidence) withoutTies() Evidence {
	if len(e.Matcher.Distinct()) < 2 || slices.ContainsFunc(e.Uses, ClaimUse.HandedOver) {
		return e
	}
	verdict := *e.Verdict
	for i, n := range e.Verdict.Nodes {
		if !e.InReach(n.Node) || e.Matcher.Greedy(n.Node).Outcome != match.GreedySometimes {
			continue
		}
		kept := slices.DeleteFunc(slices.Clone(n.Refusals), hangsOnVolumesTaken)
		if len(kept) == len(n.Refusals) {
			continue
		}
		if len(e.Ties) == 0 {
			verdict.Nodes, verdict.Message = slices.Clone(verdict.Nodes), ""
		}
		verdict.Nodes[i].Refusals = kept
		e.Ties = append(e.Ties, fact.New("EqualVolumesDecide", "node", n.Node))
	}
	e.Verdict = &verdict
	return e
}

// hangsOnVolumesTaken tells a refusal that another choice among the Node's volumes undoes.
func hangsOnVolumesTaken(r inspect.Refusal) bool {
	return r.Plugin == inspect.PluginVolumeBinding && r.NoneLeft
}

// InReach reports whether the claims of the Pod whose place is decided leave it a Node: the volumes of the bound ones
// can be used there, and those that a provisioner was asked for are to be made there.
func (e Evidence) InReach(node string) bool {
	return !slices.ContainsFunc(e.Uses, func(u ClaimUse) bool {
		switch {
		case u.Claim == nil:
			return false
		case inspect.FullyBound(u.Claim):
			v := e.Index.Volume(u.Claim.Spec.VolumeName)
			return v == nil || !e.Index.UsableOn(v, node)
		default:
			return u.HandedOver() && u.Claim.Annotations[volumehelpers.AnnSelectedNode] != node
		}
	})
}
