package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// create plans to recreate the claim, unless a StatefulSet does and nothing better is known.
func (p *reattachPlanner) create() {
	v := p.volume
	from, s, err := p.remembered(p.returning)
	if s != nil {
		if why := p.explain(s); !why.IsZero() {
			p.block(drain.BlockedNoFit, "", fact.New("RecordedClaimCannotBind", "claim", p.claim, "volume", v.Name, "why", why))
		}
		if len(s.OwnerReferences) > 0 {
			p.warn(fact.New("ClaimHadOwner", "claim", p.claim, "owner", ownerOf(s.OwnerReferences[0])))
		}
		p.step(createClaim(p.claim, fact.New("StepCreateClaim", "claim", p.claim), fact.New("WhyCreateClaim"), pair(from, p.before())))
		return
	}
	if err != nil {
		p.warn(fact.Of(err))
	}
	if owner := memberOf(p.ix, p.claim); owner != "" {
		p.warn(fact.New("SetRecreatesClaim", "claim", p.claim, "volume", v.Name, "owner", owner))
		return
	}
	p.block(drain.BlockedNoManifest, "", p.noManifest())
}

// remembered returns the saved manifest of the claim of a volume and the volume that it is on: that one, else one that a claim of
// that name was released from, as when a replacement was interrupted. The error is that of reading it on the volume itself.
func (p *reattachPlanner) remembered(r *returning) (*corev1.PersistentVolume, *corev1.PersistentVolumeClaim, error) {
	s, err := retain.RecordedClaim(r.volume)
	if err == nil && s != nil && r.remembers(s) {
		return r.volume, s, nil
	}
	for _, v := range p.ix.LocalVolumes() {
		ref := v.Spec.ClaimRef
		other, e := retain.RecordedClaim(v)
		if e == nil && other != nil && ref != nil && ref.UID == other.UID && other.Namespace == r.claim.Namespace && other.Name == r.claim.Name {
			return v, other, nil
		}
	}
	return nil, nil, err
}

// remembers reports whether a saved manifest is that of the claim that is to get the volume: the one that had it last.
func (r *returning) remembers(s *corev1.PersistentVolumeClaim) bool {
	ref := r.volume.Spec.ClaimRef
	return s.Namespace == r.claim.Namespace && s.Name == r.claim.Name && (ref == nil || ref.UID == "" || ref.UID == s.UID)
}

// explain says why a claim could not be bound to the volume; it is zero if it could.
func (p *reattachPlanner) explain(c *corev1.PersistentVolumeClaim) fact.Fact {
	m, err := match.NewMatcher(p.ix, inspect.StripClaim(c))
	if err != nil {
		return fact.Of(err)
	}
	if verdict := m.Binds(p.volume); verdict.Code != inspect.Match {
		return verdict.Fact()
	}
	return fact.Fact{}
}

// templateFits blocks if a StatefulSet recreates the claim from a template that asks for something else than the volume: whoever of the
// two is first creates it.
func (p *reattachPlanner) templateFits() {
	m := p.user.member
	c := p.holding(p.returning)
	if m.Set == nil || !c.Recreated {
		return
	}
	next := m.Next(p.ix, c)
	if _, unread := p.ix.Gap(inspect.StorageClasses); unread && next.Defaulted {
		return // the default class, of which nothing is known
	}
	if why := p.misfit(p.volume, next); !why.IsZero() {
		p.block(drain.BlockedNoFit, "", fact.New("TemplateClaimCannotBind", "claim", p.claim, "volume", p.volume.Name, "owner", m.Owner, "why", why))
	}
}
