package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// checkBindable blocks if the claim that a volume is to be reserved for could not be bound to it.
func (p *planner) checkBindable(v *corev1.PersistentVolume, claim drain.Object) {
	c := p.ix.Claim(claim.Namespace, claim.Name)
	if c == nil {
		return
	}
	if c.Spec.VolumeName != "" && c.Spec.VolumeName != v.Name {
		p.block(drain.BlockedNoFit, "", fact.New("ClaimHasAnotherVolume", "claim", claim, "want", v.Name, "have", c.Spec.VolumeName).
			Offering(fact.Plugin("reattach", v.Name).With("--claim", claim.String(), "--replace")))
		return
	}
	m, err := match.NewMatcher(p.ix, c)
	if err != nil {
		p.block(drain.BlockedNoFit, "", fact.Of(err))
		return
	}
	if verdict := m.Explain(freed(v, &claim), true, ""); verdict.Code != inspect.Match {
		p.block(drain.BlockedNoFit, "", fact.New("ClaimCannotBind", "claim", claim, "volume", v.Name, "why", verdict.Fact()))
	}
}

// freed is a volume as it will be, open to all or reserved for a claim.
func freed(v *corev1.PersistentVolume, claim *drain.Object) *corev1.PersistentVolume {
	n := v.DeepCopy()
	n.Status.Phase = corev1.VolumeAvailable
	n.Spec.ClaimRef = nil
	if claim != nil {
		n.Spec.ClaimRef = &corev1.ObjectReference{Kind: drain.KindClaim, Namespace: claim.Namespace, Name: claim.Name}
	}
	return n
}

// couldBind names the pending claims that a volume would do for, sorted.
func (p *planner) couldBind(v *corev1.PersistentVolume) []string {
	var names []string
	open := freed(v, nil)
	for _, c := range p.ix.Claims {
		if c.Spec.VolumeName != "" || c.DeletionTimestamp != nil {
			continue
		}
		m, err := match.NewMatcher(p.ix, c)
		if err != nil {
			continue // nothing is ever bound to a claim with a bad selector
		}
		if m.Explain(open, true, "").Code == inspect.Match {
			names = append(names, c.Namespace+"/"+c.Name)
		}
	}
	slices.Sort(names)
	return names
}
