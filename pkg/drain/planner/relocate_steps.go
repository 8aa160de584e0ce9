package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// The phases of a relocation, in their usual order.

// retainVolumes retains every volume with the manifest of its claim, and the first with those of Pods that no controller recreates.
func (p *relocation) retainVolumes() {
	for i, c := range p.member.Claims {
		if c.Claim == nil {
			continue
		}
		v, annotations := c.Volume, p.annotations(i)
		if retain.Retained(v) && retain.Recorded(v, c.Claim) && retain.HasAnnotations(v, annotations) {
			continue
		}
		p.checkManifestSize(retain.WithNotes(v, annotations), c.Claim, true)
		p.step(retainVolume(v, fact.New("WhyRetainAndRecord"), drain.RecordParameters{Pair: pair(v, drain.ClaimObject(c.Claim)), Annotations: annotations}))
	}
}

// annotations are what the volume of a claim, by its place, gets besides the claim's manifest.
func (p *relocation) annotations(i int) map[string]string {
	m, v := p.member, p.member.Claims[i].Volume
	out := map[string]string{p.annotation: p.siteOf(v)}
	keeper := slices.IndexFunc(m.Claims, func(c workload.Claim) bool { return c.Claim != nil }) // the first that still has its volume
	if bares := slices.Concat(m.Deleted, m.Bares()); i == keeper && len(bares) > 0 {
		out[retain.AnnDeletedPod] = p.recordedPods(v, bares)
		p.notePodRecord(v)
	}
	return out
}

// notePodRecord notes that a volume holds the manifests of Pods, which must not go with it.
func (p *relocator) notePodRecord(v *corev1.PersistentVolume) {
	if p.recording == nil {
		p.recording = map[string]bool{}
	}
	p.recording[v.Name] = true
	if p.clean {
		p.block(drain.BlockedCleaner, "", fact.New("PodRecordErased", "volume", v.Name))
	}
}

// staysOffNamesake blocks if the replacement Pod of a member could start on a machine that has the hostname of one that is gone, with the claim that is to
// be deleted, although that machine is cordoned.
func (p *relocation) staysOffNamesake() {
	for _, c := range p.member.Claims {
		if c.Claim == nil || !p.ix.ClosedWithoutData(c.Volume) {
			continue
		}
		for _, n := range p.ix.HomeOf(c.Volume).Nodes {
			p.tellNamesake(n)
			for _, pod := range p.member.Pods() {
				owner := p.ix.OwnerOf(pod)
				if why := p.whyBackTo(pod, n); !owner.None() && !why.IsZero() {
					p.block(drain.BlockedPods, "", fact.New("NextPodWithoutData", "pod", drain.PodObject(pod), "node", n.Name, "why", why, "owner", owner))
				}
			}
		}
	}
}

// tellNamesake says that a machine stays cordoned that was so for the time of the move, once.
func (p *relocation) tellNamesake(n *corev1.Node) {
	next := drain.NextIs(fact.New("NamesakeStaysCordoned", "node", n.Name).Offering(fact.Kubectl("uncordon", n.Name)))
	if !slices.ContainsFunc(p.plan.Next, func(other drain.Next) bool { return other.Fact.Equal(next.Fact) }) {
		p.plan.Next = append(p.plan.Next, next)
	}
}

// removePods deletes or evicts the Pods on the nodes that are left.
func (p *relocation) removePods() {
	p.staysOffNamesake()
	for _, pod := range p.member.Placed {
		switch {
		case !p.places.departing[pod.Spec.NodeName]: // it has come since an earlier run released the claims
		case p.evict != nil:
			p.evictMember(pod)
		case p.force:
			p.loseOfForced(pod)
			p.forceDeleteMember(pod)
		default: // the kubelet of another machine, which has the name now
			p.loseOfForced(pod)
			p.budget(pod)
			p.staysAway(pod)
			p.evictMember(pod)
		}
	}
}

// leaveEphemeral plans to remove the Pods of a member whose claims are deleted with them. The manifests of those that no controller
// recreates are recorded first, on the volumes of the claims, which are retained for that.
func (p *relocation) leaveEphemeral() {
	p.broughtElsewhere()
	if len(p.member.Bares()) > 0 {
		p.retainVolumes()
		p.next(fact.New("PodNotRecreated", "pod", p.member.Key).Offering(recreatePods(p.member.Claims[0].Volume)))
	}
	p.removePods()
}

// loseOfForced names what goes with a Pod whose node is dead; of one that is evicted, drain does.
func (p *relocation) loseOfForced(pod *corev1.Pod) {
	if p.evict == nil && !workload.FinishedPod(pod) {
		p.loseEphemeral(pod)
	}
}

// forceDeleteMember plans to delete the member's Pod on a dead node, which nobody there can confirm.
func (p *relocation) forceDeleteMember(pod *corev1.Pod) {
	c, why := p.member.Claims[0], fact.New("WhyForceDelete")
	if slices.Contains(p.member.Bares(), pod) {
		why = fact.New("WhyNotRecreatedButRecorded")
	}
	p.step(forceDeletePod(pod, why, pair(c.Volume, c.AsBound()), p.deadNodesNamed(pod.Spec.NodeName)))
}

// awaitUnused waits until no Pod with a node names the claims, and the Pod's controller has answered with a new one.
func (p *relocation) awaitUnused() {
	var claims []drain.Object
	for _, c := range p.member.Claims {
		if c.Claim != nil {
			claims = append(claims, c.AsBound())
		}
	}
	if len(claims) == 0 {
		return
	}
	owner := ""
	if p.replacementComes() {
		owner = p.member.Owner.String()
	}
	p.step(awaitUnused(p.pod(), owner, p.whyUnused(), claims, p.judged()))
}

// pod is the Pod that the member will have, without a name if its owner chooses one.
func (p *relocation) pod() drain.Object {
	o := drain.Object{Kind: drain.KindPod, Namespace: p.member.Key.Namespace}
	if p.member.Set != nil {
		o.Name = p.member.Key.Name
	}
	return o
}

// replacementComes reports whether a new Pod is sure to come while the claim is still there: a StatefulSet that goes in order
// creates none while an earlier member is missing, and none for a claim that is being deleted. Members that this Plan
// moves before are there then.
func (p *relocation) replacementComes() bool {
	m := p.member
	switch {
	case slices.ContainsFunc(m.Claims, func(c workload.Claim) bool { return c.Claim == nil || c.Claim.DeletionTimestamp != nil }):
		return false
	case m.Direct.None(), m.Custom(), m.Direct.Kind == "Job":
		return false
	}
	return p.firstUnready() == ""
}

// reserve reserves the volumes that the member is to have for its claims, and first takes back what was reserved for them before: a claim
// is bound to the volume that is reserved for it wherever that is.
func (p *relocation) reserve(claims []workload.Claim) {
	kept := p.keepReserved(claims)
	for _, c := range claims {
		v := p.places.volumeFor(p.member, c)
		if v == nil || c.Moved() {
			continue
		}
		p.loseForeign(v, c)
		p.tellEarlierMachine(v)
		p.tellClosed(v)
		if kept[v.Name] {
			continue
		}
		p.step(reserveVolume(v, c.Object(), fact.New("StepReserveVolume", "volume", p.whereOn(v, p.place().Node), "claim", c.Object()), fact.New("WhyReserveForMember"),
			drain.FreeParameters{Pair: pair(v, drain.Object{}), Phases: available()}))
	}
}

// keepReserved takes back what was reserved for the member's claims before, but for the volumes that they are to have, which it returns.
func (p *relocation) keepReserved(claims []workload.Claim) map[string]bool {
	kept, served := map[string]bool{}, map[types.NamespacedName]bool{}
	for _, c := range p.claims() {
		served[c.Key()] = p.places.volumeFor(p.member, c) != nil
	}
	for _, c := range claims {
		if c.Moved() {
			continue
		}
		for _, before := range p.places.reserved[c.Key()] {
			if v := p.places.volumeFor(p.member, c); v != nil && before.Name == v.Name {
				kept[v.Name] = true
				continue
			}
			p.takeBack(before, reservation{
				claim: c.Object(), phases: available(), open: fact.New("StepUnreserve", "volume", p.where(before), "claim", c.Object()), why: fact.New("WhyUnreserve"),
				served: served, accepted: p.places.accept,
			})
		}
	}
	return kept
}

// releaseClaims deletes the claims.
func (p *relocation) releaseClaims() {
	for _, c := range p.member.Claims {
		if c.Claim == nil {
			p.awaitKnown([]workload.Claim{c})
			continue
		}
		p.releaseClaim(c)
		p.step(awaitReleased(c.Volume, drain.ClaimObject(c.Claim), fact.New("StepAwaitClaimGone", "claim", c.Object(), "volume", c.Volume.Name),
			fact.New("WhyAwaitReleased")))
	}
}

// releaseClaim deletes a claim, unless that has been asked for.
func (p *relocation) releaseClaim(c workload.Claim) {
	if c.Claim.DeletionTimestamp != nil {
		return
	}
	parameters := drain.DeleteClaimParameters{
		Pair: pair(c.Volume, drain.ClaimObject(c.Claim)), Policy: p.policy(c.Volume), Unused: true, Member: p.member.Key.Name,
		Safeguards: p.safeguards(), Nodes: p.deadHomesOf(c.Volume), Judged: p.judged(),
	}
	if next := p.member.Next(p.ix, c); next.Defaulted {
		class := next.Class()
		parameters.DefaultClass = &class
	}
	if v := p.places.volumeFor(p.member, c); v != nil {
		place := drain.VolumeObject(v)
		parameters.Place = &place
	}
	p.namesVolume(c.Claim)
	p.step(deleteClaim(true, p.whyRelease(c), parameters))
}

// awaitKnown waits until the volume controller has seen that claims are gone. It has, unless it is slow or off.
func (p *relocator) awaitKnown(claims []workload.Claim) {
	for _, c := range claims {
		if p.clean || c.Claim != nil || c.Volume.Status.Phase != corev1.VolumeBound {
			continue
		}
		p.step(awaitReleased(c.Volume, c.AsBound(), fact.New("StepAwaitReleased", "volume", c.Volume.Name), p.claimGone(c.AsBound())))
	}
}

// recreateClaims creates the claims that no controller recreates.
func (p *relocation) recreateClaims() {
	for _, c := range p.member.Claims {
		if c.Recreated || c.Current != nil || c.Destination != nil {
			continue
		}
		why := fact.New("WhyNotRecreated")
		if p.member.Custom() {
			why = fact.New("WhyNotKnownRecreated", "owner", p.member.Owner)
		}
		p.step(createClaim(c.Object(), fact.New("StepCreateClaim", "claim", c.Object()), why, pair(c.Volume, c.AsBound())))
	}
}

// awaitReady waits until the member runs again.
func (p *relocation) awaitReady() {
	m, place := p.member, p.place()
	switch {
	case m.Bare() && len(m.Placed) > 0, len(m.Pods()) == 0 && len(m.Deleted) > 0:
		p.next(fact.New("PodNotRecreated", "pod", m.Key).Offering(recreatePods(m.Claims[0].Volume)))
		return
	case m.Set == nil && len(m.Pods()) == 0:
		return // nobody is known to wait for the claim
	case place == nil && !m.Relocated:
		p.next(fact.New("MemberWaits", "member", m.Key).Offering(fact.Plugin("why-pending").In(m.Key.Namespace)))
		return
	}
	parameters := drain.AwaitReadyParameters{Pair: pair(m.Claims[0].Volume, m.Claims[0].AsBound()), Member: m.Key.Name}
	if place != nil {
		parameters.Node, parameters.Members = place.Node, p.places.pods[m]
	}
	for _, c := range m.Claims {
		parameters.Claims = append(parameters.Claims, c.AsBound())
	}
	switch {
	case m.Custom():
		parameters.Owner = &drain.Object{Kind: m.Direct.Kind, Namespace: m.Key.Namespace, Name: m.Direct.Name, UID: m.Direct.UID}
		parameters.Members = p.peers.Wanted
	case m.Direct.Kind == "Job":
		parameters.Bound = true // its Pod may have ended and be gone before anybody checks
	}
	p.step(awaitReady(p.pod(), m.Key.String(), parameters))
}
