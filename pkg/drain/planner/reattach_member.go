package planner

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/placement"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// Who uses the claim that gets the volume, whether that fits there, and that it is waited for.

// findUser finds out who uses the claims, or is to, and whether that can run where the volumes are. Its errors are those of the judge.
func (p *reattachPlanner) findUser(ctx context.Context, newJudge placement.NewJudge) error {
	claims := p.asClaims(p.together)
	r := &relocator{
		planner: &p.planner, places: &places{place: map[*workload.Member]*placement.Place{}, pods: map[*workload.Member]int{}},
		accept: p.req.AcceptDataLoss, evict: &drain.Eviction{GracePeriodSeconds: -1},
	}
	for _, t := range p.replacing() {
		r.returning = append(r.returning, p.reservation(t.volume, t.claim))
	}
	p.user = &relocation{relocator: r, member: workload.Single(p.ix, claims...)}
	p.user.peers = r.peersOf(p.user.member, nil)
	if !p.used() || slices.ContainsFunc(p.together, func(t *returning) bool { return p.ix.HomeOf(t.volume).State != inspect.HomeNode }) {
		return nil
	}
	solution, err := p.judged(ctx, newJudge, claims, p.pairs)
	if err != nil {
		return err
	}
	r.places.place[p.user.member], r.places.pods[p.user.member], p.why = solution.Places[0], solution.Pods[0], solution.Why[0]
	if others := p.others(); p.user.place() == nil && len(others) > 0 {
		with, err := p.judged(ctx, newJudge, claims, slices.Concat(p.pairs, others))
		if err != nil {
			return err
		}
		if with.Places[0] != nil {
			p.waiting = others
		}
	}
	return nil
}

// judged looks for a place for the member once its claims, and others of the request, have their volumes. Its errors are those of the judge.
func (p *reattachPlanner) judged(ctx context.Context, newJudge placement.NewJudge, claims []workload.Claim, pairs []*returning) (*placement.Solution, error) {
	after := inspect.NewIndex(p.givenBack(pairs))
	back := settled{&candidate{ix: after, member: workload.Single(after, claims...)}}
	return placement.Search(ctx, placement.Problem{Index: after, NewJudge: newJudge, Members: []placement.Member{back}})
}

// settled is a member whose claims have the volumes that it is to have: all that is asked is where it fits with them.
type settled struct{ *candidate }

// Moves implements placement.Member. The Pod of an ephemeral claim waits for it like any other.
func (s settled) Moves() bool { return !s.member.Relocated && !s.member.Ends }

// Future implements placement.Member. Its ephemeral claims are there already, with their volumes, and are not created for it.
func (s settled) Future() []*corev1.Pod {
	pods := s.candidate.Future()
	for _, pod := range pods {
		for i := range pod.Spec.Volumes {
			v := &pod.Spec.Volumes[i]
			if name := inspect.ClaimName(pod, v); v.Ephemeral != nil && s.ix.Claim(pod.Namespace, name) != nil {
				v.VolumeSource = corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: name}}
			}
		}
	}
	return pods
}

// Claims implements placement.Member.
func (settled) Claims() []placement.Claim { return nil }

// asClaim is the claim of a volume as a member has it: with the volume that it leaves, or the one that comes back.
func (p *reattachPlanner) asClaim(r *returning) workload.Claim {
	c := workload.Claim{Volume: r.volume, Claim: r.current, Manifest: r.current}
	if r.replaces() {
		if other := p.ix.Volume(r.current.Spec.VolumeName); other != nil {
			c.Volume = other
		}
	}
	if c.Manifest == nil {
		_, c.Manifest, _ = p.remembered(r) // that it cannot be read is told elsewhere
	}
	if c.Manifest == nil {
		c.Manifest = &corev1.PersistentVolumeClaim{
			ObjectMeta: metav1.ObjectMeta{Namespace: r.claim.Namespace, Name: r.claim.Name},
			Spec:       corev1.PersistentVolumeClaimSpec{AccessModes: r.volume.Spec.AccessModes, VolumeMode: r.volume.Spec.VolumeMode},
		}
	}
	return c
}

// givenBack is the Snapshot in which claims have their volumes, and in which no node is cordoned any more for their sake.
func (p *reattachPlanner) givenBack(pairs []*returning) *inspect.Snapshot {
	s := *p.ix.Snapshot
	s.Claims, s.Volumes, s.Nodes = slices.Clone(s.Claims), slices.Clone(s.Volumes), slices.Clone(s.Nodes)
	for _, r := range pairs {
		if r.refused {
			continue
		}
		c, v := p.boundTogether(r)
		s.Claims = slices.DeleteFunc(s.Claims, func(o *corev1.PersistentVolumeClaim) bool { return o.Namespace == c.Namespace && o.Name == c.Name })
		s.Claims = append(s.Claims, c)
		for i, o := range s.Volumes {
			if o.Name == v.Name {
				s.Volumes[i] = v
			}
		}
	}
	s.Claims = append(s.Claims, p.toCome(s.Claims)...)
	for i, n := range s.Nodes {
		s.Nodes[i] = p.uncordoned(n)
	}
	return &s
}

// toCome are claims of the member that are not among those that there are, as its StatefulSet creates them.
func (p *reattachPlanner) toCome(there []*corev1.PersistentVolumeClaim) []*corev1.PersistentVolumeClaim {
	var out []*corev1.PersistentVolumeClaim
	for _, c := range p.user.member.ToCome(p.ix, func(key types.NamespacedName) bool {
		return slices.ContainsFunc(there, func(c *corev1.PersistentVolumeClaim) bool { return c.Namespace == key.Namespace && c.Name == key.Name })
	}) {
		c.Manifest.Status.Phase = corev1.ClaimPending
		out = append(out, c.Manifest)
	}
	return out
}

// boundTogether are the claim and the volume of a pair as they are once they are bound.
func (p *reattachPlanner) boundTogether(r *returning) (*corev1.PersistentVolumeClaim, *corev1.PersistentVolume) {
	c := inspect.StripClaim(p.asClaim(r).Manifest)
	c.UID = types.UID("new-" + c.Namespace + "-" + c.Name)
	c.Spec.VolumeName, c.Status.Phase = r.volume.Name, corev1.ClaimBound
	metav1.SetMetaDataAnnotation(&c.ObjectMeta, volumehelpers.AnnBindCompleted, "yes")
	v := r.volume.DeepCopy()
	v.Spec.ClaimRef = &corev1.ObjectReference{APIVersion: "v1", Kind: drain.KindClaim, Namespace: c.Namespace, Name: c.Name, UID: c.UID}
	v.Status.Phase = corev1.VolumeBound
	if hosts := p.hostsOfData(r.volume); len(hosts) > 0 { // a place without the data is none
		v.Spec.NodeAffinity = &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
			MatchExpressions: []corev1.NodeSelectorRequirement{{Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn, Values: hosts}},
		}}}}
	}
	return c, v
}

// hostsOfData are the hostnames of the Nodes that have the data of a volume, if the scheduler may send its Pods to others.
func (p *reattachPlanner) hostsOfData(v *corev1.PersistentVolume) []string {
	var hosts []string
	if isAstray(p.ix, v) {
		for _, n := range match.SitesOf(p.ix, v) {
			if host := n.Labels[corev1.LabelHostname]; host != "" {
				hosts = append(hosts, host)
			}
		}
	}
	return hosts
}

// uncordoned is a Node as it is when it is no longer cordoned for the sake of a volume of the request. The taint of a cordon goes a moment
// after the cordon itself: the node controller takes it off (controller/nodelifecycle: doNoScheduleTaintingPass).
func (p *reattachPlanner) uncordoned(n *corev1.Node) *corev1.Node {
	ofCordon := func(t corev1.Taint) bool { return t.Key == corev1.TaintNodeUnschedulable }
	ours := slices.ContainsFunc(p.pairs, func(r *returning) bool { return drain.IsCordonedFor(n, r.volume.Name) })
	if n.Spec.Unschedulable && !ours || !n.Spec.Unschedulable && !slices.ContainsFunc(n.Spec.Taints, ofCordon) {
		return n
	}
	n = n.DeepCopy()
	n.Spec.Unschedulable = false
	n.Spec.Taints = slices.DeleteFunc(n.Spec.Taints, ofCordon)
	return n
}

// used reports whether somebody uses the claims, or will as soon as they are bound.
func (p *reattachPlanner) used() bool {
	m := p.user.member
	return m.Set != nil || slices.ContainsFunc(m.Pods(), func(pod *corev1.Pod) bool { return !workload.FinishedPod(pod) })
}

// awaitUser plans to wait until the member runs with the volumes. One that fits nowhere, or that its StatefulSet does not create yet, is
// not waited for.
func (p *reattachPlanner) awaitUser() {
	m := p.user.member
	place := p.user.place()
	switch {
	case !p.used(), len(p.replacing()) > 0 && m.Owner.None() && len(m.Pods()) == len(m.Placed):
		return // nobody comes
	case place == nil && len(p.waiting) > 0:
		p.unhelped(fact.New("MemberNeedsToo", "member", m.Key, "volumes", volumesIn(p.waiting)).Offering(p.giveBack(p.waiting)))
		return
	case place == nil:
		p.unhelped(fact.New("MemberWaits", "member", m.Key).Offering(fact.Plugin("why-pending").In(m.Key.Namespace)))
		return
	case !p.comes():
		p.next(fact.New("MemberComesLater", "member", m.Key, "owner", m.Owner))
		return
	}
	first := p.together[0]
	parameters := drain.AwaitReadyParameters{
		Pair: pair(first.volume, first.before()), Member: m.Key.Name, Node: place.Node, Members: p.user.places.pods[m],
	}
	for _, r := range p.together {
		parameters.Claims = append(parameters.Claims, r.before())
	}
	switch {
	case m.Custom():
		parameters.Owner = &drain.Object{Kind: m.Direct.Kind, Namespace: m.Key.Namespace, Name: m.Direct.Name, UID: m.Direct.UID}
		parameters.Members = p.user.peers.Wanted
	case m.Direct.Kind == "Job":
		parameters.Bound = true // its Pod may have ended and be gone before anybody checks
	}
	s := awaitReady(p.user.pod(), m.Key.String(), parameters)
	s.Why = fact.New("WhyAwaitReturned")
	p.step(s)
}

// unhelped says what the member waits for although it has the volumes of the request. That it stays Pending may have been accepted.
func (p *reattachPlanner) unhelped(f fact.Fact) {
	p.missing(f)
	if !p.req.AllowPending {
		p.stillWaits(p.user.member.Key.String())
	}
}

// comes reports whether the member's Pod is there, or sure to come: a StatefulSet that goes in order creates none before the earlier ones
// are Ready.
func (p *reattachPlanner) comes() bool {
	m := p.user.member
	if m.Set == nil || len(m.Pods()) > len(m.Placed) || len(p.replacing()) == 0 && len(m.Placed) > 0 {
		return true
	}
	return p.user.firstUnready() == ""
}

// holding is the claim of a volume as the member has it.
func (p *reattachPlanner) holding(r *returning) workload.Claim {
	for _, c := range p.user.member.Claims {
		if c.Key() == keyOf(r.claim) {
			return c
		}
	}
	return p.asClaim(r)
}
