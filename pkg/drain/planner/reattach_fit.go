package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Whether the member that uses the claims can run with the volumes that come back.

// mustFit says that it cannot, although the nodes of the volumes take Pods. That blocks if it serves now and were taken down for that, and if
// it could never run, since another of its claims is bound where none of these volumes can be used: the claim would go for nothing.
func (p *reattachPlanner) mustFit() {
	if !p.used() || p.user.place() != nil || len(p.starting()) == 0 || p.isApart() {
		return
	}
	if p.fitsNotAtData() {
		return
	}
	never := p.boundElsewhere() != nil
	switch down := len(p.replacing()) > 0 && len(p.serving()) > 0; {
	case !never && !p.fitsHomes(): // it has been said why
	case (never || down) && !p.req.AllowPending:
		p.block(drain.BlockedNowhere, "--allow-pending", p.fitsNotThere())
	default:
		p.warn(p.fitsNotThere())
	}
}

// fitsNotAtData blocks if the member gets a volume whose Pods the scheduler may send to Nodes without its data, and fits none that has it.
func (p *reattachPlanner) fitsNotAtData() bool {
	for _, r := range p.starting() {
		why, astray := p.ix.Astray(r.volume)
		if !astray || !r.away && len(p.hostsOfData(r.volume)) == 0 {
			continue
		}
		if !r.away {
			p.block(drain.BlockedShared, "", fact.New("DataNodeFull", "volume", r.volume.Name, "why", why, "member", p.user.member.Key, "kept", p.why))
		}
		return true
	}
	return false
}

// fitsNotThere says why the member could not run where the volumes are, and which volumes it would have to get back instead, or as well.
func (p *reattachPlanner) fitsNotThere() fact.Fact {
	m, v := p.user.member.Key, p.where(p.together[0].volume)
	bound, with, why := p.boundElsewhere(), p.waiting, p.why
	switch {
	case len(with) > 0:
		return fact.New("MemberFitsWithOthers", "member", m, "volume", v, "claims", claimsIn(with), "volumes", volumesIn(with)).
			Offering(p.giveBack(slices.Concat(p.together, with)))
	case bound != nil:
		why = fact.New("OtherClaimElsewhere", "claim", drain.ClaimObject(bound), "volume", p.where(p.ix.Volume(bound.Spec.VolumeName)))
		if instead := p.insteadWith(bound); instead != nil {
			return fact.New("MemberFitsWithAnother", "member", m, "volume", v, "why", why, "claim", p.together[0].claim, "instead", p.where(instead.volume)).
				Offering(p.giveBack([]*returning{instead}))
		}
	case p.lostOther() != nil:
		lost := p.lostOther()
		why = fact.New("OtherClaimLost", "claim", drain.ClaimObject(lost), "volume", lost.Spec.VolumeName)
	}
	return fact.New("MemberFitsNotThere", "member", m, "volume", v, "why", why)
}

// boundElsewhere is another claim of the member whose volume no Pod can use together with those that come back, nil if there is none.
func (p *reattachPlanner) boundElsewhere() *corev1.PersistentVolumeClaim {
	return p.otherClaim(func(c *corev1.PersistentVolumeClaim) bool {
		return p.ix.Volume(c.Spec.VolumeName) != nil && p.elsewhere(c)
	})
}

// lostOther is another claim of the member whose volume does not exist, nil if there is none.
func (p *reattachPlanner) lostOther() *corev1.PersistentVolumeClaim {
	return p.otherClaim(func(c *corev1.PersistentVolumeClaim) bool { return p.ix.Volume(c.Spec.VolumeName) == nil })
}

// otherClaim is the first of the member's claims, besides those of the request, that names a volume and is as asked, nil if there is none.
func (p *reattachPlanner) otherClaim(is func(*corev1.PersistentVolumeClaim) bool) *corev1.PersistentVolumeClaim {
	m := p.user.member
	for _, name := range m.ClaimNames() {
		c := p.ix.Claim(m.Key.Namespace, name)
		asked := slices.ContainsFunc(p.pairs, func(r *returning) bool { return r.claim.Name == name && r.claim.Namespace == m.Key.Namespace })
		if c != nil && c.Spec.VolumeName != "" && !asked && is(c) {
			return c
		}
	}
	return nil
}

// insteadWith is the only other volume with earlier data of the one claim of the request that can be used together with the volume of
// another claim, nil if there is none, or several.
func (p *reattachPlanner) insteadWith(bound *corev1.PersistentVolumeClaim) *returning {
	if len(p.together) != 1 {
		return nil
	}
	r, there := p.together[0], p.ix.Volume(bound.Spec.VolumeName)
	left := slices.DeleteFunc(p.leftBy(r.claim), func(v *corev1.PersistentVolume) bool {
		return v.Name == r.volume.Name || p.mayBeGone(v) || p.ix.HomeOf(v).State != inspect.HomeNode || p.neverTogether(v, there)
	})
	if len(left) != 1 {
		return nil
	}
	return &returning{volume: left[0], claim: r.claim, current: r.current}
}
