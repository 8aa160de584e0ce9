package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// checkBindable blocks if the claim that a volume is to be reserved for could not be bound to it.
func (p *planner) checkBindable(v *corev1.PersistentVolume, claim drain.Object) {
	c := p.ix.Claim(claim.Namespace, claim.Name)
	if c != nil && c.Spec.VolumeName != "" && c.Spec.VolumeName != v.Name {
		p.block(drain.BlockedNoFit, "", p.hasAnother(v, claim, c))
		return
	}
	if why := p.whyNot(v, claim); !why.IsZero() {
		p.block(drain.BlockedNoFit, "", fact.New("ClaimCannotBind", "claim", claim, "volume", v.Name, "why", why))
	}
}

// whyNot says why a claim could not be bound to a volume that is reserved for it, or the one that a StatefulSet will create of that name.
// It is zero if it could, or is not there.
func (p *planner) whyNot(v *corev1.PersistentVolume, claim drain.Object) fact.Fact {
	c := p.ix.Claim(claim.Namespace, claim.Name)
	if c == nil {
		return p.whyNotNext(v, claim)
	}
	return match.WhyNot(p.ix, v, c).Why
}

// whyNotNext is whyNot for a claim that is yet to be created.
func (p *planner) whyNotNext(v *corev1.PersistentVolume, claim drain.Object) fact.Fact {
	name := &corev1.PersistentVolumeClaim{}
	name.Namespace, name.Name = claim.Namespace, claim.Name
	next := workload.NextOf(p.ix, name)
	if _, unread := p.ix.Gap(inspect.StorageClasses); !next.Template || unread && next.Defaulted {
		return fact.Fact{}
	}
	return p.misfit(v, next)
}

// couldBind names the claims that a volume would do for, sorted: those that name it, which are bound to it at once
// (controller/volume/persistentvolume: syncUnboundClaim, syncBoundClaim), and the pending ones for which no other volume is reserved, nor
// will be, as it is for those that are served.
func (p *planner) couldBind(v *corev1.PersistentVolume, served map[types.NamespacedName]bool) []string {
	var names []string
	open := match.Freed(v)
	for _, c := range p.ix.Claims {
		if c.Spec.VolumeName == v.Name && c.DeletionTimestamp == nil && !served[types.NamespacedName{Namespace: c.Namespace, Name: c.Name}] {
			names = append(names, c.Namespace+"/"+c.Name)
			continue
		}
		if c.Spec.VolumeName != "" || c.DeletionTimestamp != nil || served[types.NamespacedName{Namespace: c.Namespace, Name: c.Name}] {
			continue
		}
		if other := p.ix.ReservedFor(c); other != nil && other.Name != v.Name {
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
