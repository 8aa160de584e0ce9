package planner

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// What the volumes of one member mean for each other: its Pod needs all of them on one node.

// isApart reports whether no node has all volumes that come back.
func (p *reattachPlanner) isApart() bool {
	var volumes []*corev1.PersistentVolume
	for _, r := range p.together {
		volumes = append(volumes, r.volume)
	}
	return len(volumes) > 1 && p.neverTogether(volumes...)
}

// refuseApart blocks volumes that one Pod needs and that it can never have together.
func (p *reattachPlanner) refuseApart() {
	if !p.used() || !p.isApart() {
		return
	}
	var volumes []fact.Fact
	for _, r := range p.together {
		volumes = append(volumes, p.where(r.volume))
	}
	p.block(drain.BlockedNowhere, "", fact.New("VolumesApart", "member", p.user.member.Key, "volumes", volumes))
}

// whereBack is a volume that comes back, with the node on which the member is to use it.
func (p *reattachPlanner) whereBack(v *corev1.PersistentVolume) fact.Fact {
	if place := p.user.place(); place != nil {
		return p.whereOn(v, place.Node)
	}
	return p.where(v)
}

// others are volumes with data of other claims of the member, which could be given back as well: of each claim that has no volume, or one
// elsewhere, the only volume that it left. Which of several is meant, is for somebody to decide.
func (p *reattachPlanner) others() []*returning {
	return slices.DeleteFunc(p.leftByOthers(), func(r *returning) bool { return p.neverTogether(p.besides(r.volume)...) })
}

// leftByOthers are others, and those that could not be used together with the volumes that come back.
func (p *reattachPlanner) leftByOthers() []*returning {
	m := p.user.member
	var out []*returning
	for _, name := range m.ClaimNames() {
		claim := drain.Object{Kind: drain.KindClaim, Namespace: m.Key.Namespace, Name: name}
		if slices.ContainsFunc(p.pairs, func(r *returning) bool { return keyOf(r.claim) == keyOf(claim) }) {
			continue
		}
		c := p.ix.Claim(claim.Namespace, name)
		if c != nil && c.Spec.VolumeName != "" && !p.elsewhere(c) {
			continue
		}
		if left := p.leftBy(claim); len(left) == 1 {
			out = append(out, &returning{volume: left[0], claim: claim, current: c})
		}
	}
	return out
}

// besides are the volumes that come back, and one more.
func (p *reattachPlanner) besides(v *corev1.PersistentVolume) []*corev1.PersistentVolume {
	volumes := []*corev1.PersistentVolume{v}
	for _, r := range p.together {
		volumes = append(volumes, r.volume)
	}
	return volumes
}

// elsewhere reports whether a claim of the member has a volume that no Pod can use together with those that come back, or one that does
// not exist.
func (p *reattachPlanner) elsewhere(c *corev1.PersistentVolumeClaim) bool {
	v := p.ix.Volume(c.Spec.VolumeName)
	if v == nil {
		return true
	}
	return p.neverTogether(p.besides(v)...)
}

// forgotten says which claims of the member, besides those of the request, have no volume while one with their data waits: they would be
// given another. That of a member which would fit with them is said elsewhere.
func (p *reattachPlanner) forgotten() {
	if !p.used() || len(p.waiting) > 0 || p.isApart() {
		return
	}
	for _, r := range p.leftByOthers() {
		switch {
		case r.replaces(): // it has one
		case p.neverTogether(p.besides(r.volume)...):
			p.warn(fact.New("OtherDataApart", "member", p.user.member.Key, "claim", r.claim, "volume", p.where(r.volume)))
		case p.ix.HomeOf(r.volume).State != inspect.HomeNode: // nothing gives it back now
			p.warn(fact.New("OtherDataAway", "member", p.user.member.Key, "claim", r.claim, "volume", p.where(r.volume), "volumes", volumesIn(slices.Concat(p.together, []*returning{r}))))
		default:
			p.warn(fact.New("OtherVolumeForgotten", "member", p.user.member.Key, "claim", r.claim, "volume", p.where(r.volume)).
				Offering(p.giveBack(slices.Concat(p.together, []*returning{r}))))
		}
	}
}

// givenToo is about claims of the member that have no volume and are not of the request: once its Pod fits, the scheduler gives them volumes,
// of which it does not know whose data is on them, nor where. Data of others blocks, as it does with a volume that is given by name.
func (p *reattachPlanner) givenToo() {
	place, m := p.user.place(), p.user.member.Key
	if place == nil || !slices.ContainsFunc(p.together, func(r *returning) bool { return !r.bound() }) {
		return // of a run that has nothing left to give, nothing can be asked
	}
	for _, name := range slices.Sorted(maps.Keys(place.Volumes)) {
		claim, v := drain.Object{Kind: drain.KindClaim, Namespace: m.Namespace, Name: name}, place.Volumes[name]
		if slices.ContainsFunc(p.pairs, func(r *returning) bool { return keyOf(r.claim) == keyOf(claim) }) {
			continue
		}
		gives := func(why fact.Fact) {
			p.warn(fact.New("SchedulerGivesToo", "member", m, "claim", claim, "volume", v.Name, "node", place.Node, "why", why))
		}
		if err := retain.CheckVersion(v); err != nil {
			gives(fact.Of(err))
		}
		if why, astray := p.ix.Astray(v); astray {
			gives(why)
		}
		p.foreign(v, []string{claim.String()}, p.req.AcceptForeignData)
	}
}

// giveBack is the command that gives some volumes back together.
func (p *reattachPlanner) giveBack(pairs []*returning) fact.Command {
	c := fact.Plugin("reattach", volumesIn(pairs)...)
	if slices.ContainsFunc(pairs, (*returning).replaces) {
		return c.With("--replace")
	}
	return c
}

// volumesIn are the names of volumes.
func volumesIn(pairs []*returning) []string {
	var names []string
	for _, r := range pairs {
		names = append(names, r.volume.Name)
	}
	return names
}

// claimsIn are the names of claims.
func claimsIn(pairs []*returning) []string {
	var names []string
	for _, r := range pairs {
		names = append(names, r.claim.String())
	}
	return names
}
