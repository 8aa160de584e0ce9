package planner

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// phases are what is planned for a member, in order. Nothing is deleted before its volume is retained, its new place reserved and
// its Pod gone, and nothing of the next member is touched before this one is Ready.
func (p *relocation) phases() []func() {
	keep, release := p.retainVolumes, p.releaseClaims
	if p.clean {
		keep, release = p.recordClaims, p.releaseAndClean
	}
	switch {
	case p.member.Relocated:
		return []func(){p.awaitReady}
	case p.reservesEarly():
		return []func(){keep, p.reserveLeft, p.removePods, p.awaitUnused, p.reserveToCome, release, p.recreateClaims, p.awaitReady}
	}
	return []func(){keep, p.removePods, p.awaitUnused, p.reserveLeft, p.reserveToCome, release, p.recreateClaims, p.awaitReady}
}

// reservesEarly reports whether the new place has to be reserved before the Pods are removed. A claim that is on its way out goes
// with its last Pod, and comes back at once. And while the Pod of a node that lives still runs, nothing has happened if the place is
// taken. A claim to come that waits for no Pod comes with the replacement, and would be bound to any volume.
func (p *relocation) reservesEarly() bool {
	atOnce := func(c workload.Claim) bool { return !p.ix.Delayed(c.Manifest) }
	return !p.force || slices.ContainsFunc(toCome(p.ix, p.member), atOnce) || slices.ContainsFunc(p.member.Claims, func(c workload.Claim) bool { return c.Claim == nil || c.Claim.DeletionTimestamp != nil })
}

// relocate plans for all members, which are sorted by owner.
func (p *relocator) relocate(members []*workload.Member) {
	all := members
	for len(members) > 0 {
		n := 1
		for n < len(members) && members[n].GroupName() == members[0].GroupName() {
			n++
		}
		p.relocateOwner(members[:n])
		members = members[n:]
	}
	p.tellLeftBehind()
	p.forcedJobs(all)
	if p.evict == nil {
		p.done(fact.New("NothingLeft"))
	}
}

// forcedJobs is jobs for the Pods of members that recover moves. Those of dead nodes are deleted, those that another machine of the name runs
// are evicted.
func (p *relocator) forcedJobs(members []*workload.Member) {
	if p.evict != nil {
		return // drain asks about all Pods that it evicts
	}
	removed := removedOf(members, p.places.departing)
	p.keepJobs(removed, p.failJobs)
	p.jobs(removed, !p.force, p.failJobs)
}

// removedOf are the Pods of members that leave the nodes with them.
func removedOf(members []*workload.Member, departing map[string]bool) []*corev1.Pod {
	var removed []*corev1.Pod
	for _, m := range members {
		for _, pod := range m.Placed {
			if departing[pod.Spec.NodeName] && !m.Relocated {
				removed = append(removed, pod)
			}
		}
	}
	return removed
}

// relocateOwner plans for the members of one owner, one after the other.
func (p *relocator) relocateOwner(members []*workload.Member) {
	p.begin(members[0].Group())
	defer func() { p.member = "" }()
	for i, m := range members {
		p.member = m.Key.String()
		if m.Relocated {
			p.awaitKnown(m.Claims)
		}
		switch {
		case m.Ephemeral:
			(&relocation{relocator: p, member: m}).leaveEphemeral()
		case m.Ends:
			(&relocation{relocator: p, member: m}).leaveEnding()
		case p.recreatedInVain(m):
		case m.Relocated && p.isReady(m):
			p.done(p.relocated(m))
		case m.Relocated && p.unreachableAgain(m):
		default:
			r := &relocation{relocator: p, member: m, earlier: members[:i], peers: p.peersOf(m, members[:i])}
			r.addMoves()
			if !r.neverBack() {
				r.risks()
			}
			r.behindUnready()
			r.nextClaims()
			r.claimsToCome()
			r.provisioners()
			for _, phase := range r.phases() {
				phase()
			}
			r.leave()
		}
	}
}

// leave notes the volumes that are left behind.
func (p *relocation) leave() {
	var names []string
	for _, c := range p.member.Claims {
		names = append(names, c.Volume.Name)
	}
	for _, c := range p.member.Claims {
		p.leftBehind = append(p.leftBehind, leftVolume{volume: c.Volume, together: names})
	}
}

// unreachableAgain warns of a member that was moved to a node that is unreachable too.
func (p *relocator) unreachableAgain(m *workload.Member) bool {
	for _, c := range m.Claims {
		v := p.destination(c)
		if v == nil {
			continue
		}
		home := p.ix.HomeOf(v)
		if slices.ContainsFunc(home.Nodes, func(n *corev1.Node) bool {
			condition, _ := inspect.ConditionOf(n)
			return condition != inspect.NodeUnknown
		}) {
			continue
		}
		if names := home.Names(); len(names) > 0 {
			p.warn(p.relocatedToUnreachable(m, v, names[0]).Offering(fact.Plugin("recover", names[0])))
			return true
		}
	}
	return false
}

// addMoves says where the member goes.
func (p *relocation) addMoves() {
	m, place := p.member, p.place()
	for _, c := range m.Claims {
		peers := p.peers
		mv := drain.Move{Member: m.Key.String(), Claim: c.Object().String(), From: c.Volume.Name, FromNode: p.siteOf(c.Volume), Peers: &peers}
		if !m.Owner.None() {
			mv.Owner = m.Owner.String()
		}
		mv.FilledFrom, mv.Others = p.filledFrom(c), p.alsoUsing(c)
		if p.evict != nil {
			p.tellEarlierMachine(c.Volume)
		}
		if place != nil {
			mv.ToNode = place.Node
			if v := p.places.volumeFor(m, c); v != nil {
				mv.To = v.Name
				p.noteData(&mv, v, c)
			}
		}
		if v := p.destination(c); v != nil {
			mv.To, mv.ToNode = v.Name, strings.Join(p.ix.HomeOf(v).Names(), ",")
			p.noteData(&mv, v, c)
		}
		p.plan.Moves = append(p.plan.Moves, mv)
	}
}

// destination is the volume of a claim that was recreated, nil if it has none.
func (p *relocator) destination(c workload.Claim) *corev1.PersistentVolume {
	if c.Destination == nil && c.Current != nil {
		return p.ix.Volume(c.Current.Spec.VolumeName)
	}
	return c.Destination
}

// isReady reports whether a member that has moved runs.
func (p *relocator) isReady(m *workload.Member) bool {
	if m.Bare() || len(m.Pods()) == 0 && m.Owner.None() {
		return true
	}
	return slices.ContainsFunc(m.Placed, func(pod *corev1.Pod) bool {
		return !p.places.departing[pod.Spec.NodeName] && (workload.Ready(pod) || pod.Status.Phase == corev1.PodSucceeded) && !p.apart(pod)
	})
}

// maxLeftBehind is how many volumes that are left behind are named one by one.
const maxLeftBehind = 3

// tellLeftBehind says what becomes of the volumes that are left behind.
func (p *relocator) tellLeftBehind() {
	switch {
	case p.clean || p.forget:
	case len(p.leftBehind) > maxLeftBehind:
		p.next(p.manyLeftBehind().Offering(fact.Plugin("ls").With("--phase", string(corev1.VolumeReleased))))
		p.next(p.reattachAny())
	default:
		for _, left := range p.leftBehind {
			p.next(p.reattachOne(left))
		}
	}
}
