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
)

// Who uses the claim that gets the volume, whether that fits there, and that it is waited for.

// findUser finds out who uses the claim, or is to, and whether that can run where the volume is. Its errors are those of the judge.
func (p *reattachPlanner) findUser(ctx context.Context, newJudge placement.NewJudge) error {
	c := p.asClaim()
	r := &relocator{
		planner: &p.planner, places: &places{place: map[*workload.Member]*placement.Place{}, pods: map[*workload.Member]int{}},
		accept: p.req.AcceptDataLoss, evict: &drain.Eviction{GracePeriodSeconds: -1}, returning: p.volume,
	}
	p.user = &relocation{relocator: r, member: workload.Single(p.ix, c)}
	p.user.peers = r.peersOf(p.user.member, nil)
	if !p.used() || p.ix.HomeOf(p.volume).State != inspect.HomeNode {
		return nil
	}
	after := inspect.NewIndex(p.givenBack(c.Manifest))
	back := settled{&candidate{ix: after, member: workload.Single(after, c)}}
	solution, err := placement.Search(ctx, placement.Problem{Index: after, NewJudge: newJudge, Members: []placement.Member{back}})
	if err != nil {
		return err
	}
	r.places.place[p.user.member], r.places.pods[p.user.member], p.why = solution.Places[0], solution.Pods[0], solution.Why[0]
	return nil
}

// settled is a member whose claims have the volumes that it is to have: all that is asked is where it fits with them.
type settled struct{ *candidate }

// Claims implements placement.Member.
func (settled) Claims() []placement.Claim { return nil }

// asClaim is the claim as a member has it: with the volume that it leaves, or the one that comes back.
func (p *reattachPlanner) asClaim() workload.Claim {
	c := workload.Claim{Volume: p.volume, Claim: p.current, Manifest: p.current}
	if p.replaces() {
		if other := p.ix.Volume(p.current.Spec.VolumeName); other != nil {
			c.Volume = other
		}
	}
	if c.Manifest == nil {
		_, c.Manifest, _ = p.remembered() // that it cannot be read is told elsewhere
	}
	if c.Manifest == nil {
		c.Manifest = &corev1.PersistentVolumeClaim{
			ObjectMeta: metav1.ObjectMeta{Namespace: p.claim.Namespace, Name: p.claim.Name},
			Spec:       corev1.PersistentVolumeClaimSpec{AccessModes: p.volume.Spec.AccessModes, VolumeMode: p.volume.Spec.VolumeMode},
		}
	}
	return c
}

// givenBack is the Snapshot in which the claim has the volume, and in which no node is cordoned any more for its sake.
func (p *reattachPlanner) givenBack(manifest *corev1.PersistentVolumeClaim) *inspect.Snapshot {
	s := *p.ix.Snapshot
	c := inspect.StripClaim(manifest)
	c.UID = types.UID("new-" + c.Namespace + "-" + c.Name)
	c.Spec.VolumeName, c.Status.Phase = p.volume.Name, corev1.ClaimBound
	metav1.SetMetaDataAnnotation(&c.ObjectMeta, volumehelpers.AnnBindCompleted, "yes")
	s.Claims = slices.DeleteFunc(slices.Clone(s.Claims), func(o *corev1.PersistentVolumeClaim) bool { return o.Namespace == c.Namespace && o.Name == c.Name })
	s.Claims = append(s.Claims, c)
	v := p.volume.DeepCopy()
	v.Spec.ClaimRef = &corev1.ObjectReference{APIVersion: "v1", Kind: drain.KindClaim, Namespace: c.Namespace, Name: c.Name, UID: c.UID}
	v.Status.Phase = corev1.VolumeBound
	s.Volumes = slices.Clone(s.Volumes)
	for i, o := range s.Volumes {
		if o.Name == v.Name {
			s.Volumes[i] = v
		}
	}
	s.Nodes = slices.Clone(s.Nodes)
	for i, n := range s.Nodes {
		s.Nodes[i] = p.uncordoned(n)
	}
	return &s
}

// uncordoned is a Node as it is when it is no longer cordoned for the volume's sake. The taint of a cordon goes a moment after the cordon
// itself: the node controller takes it off (controller/nodelifecycle: doNoScheduleTaintingPass).
func (p *reattachPlanner) uncordoned(n *corev1.Node) *corev1.Node {
	ofCordon := func(t corev1.Taint) bool { return t.Key == corev1.TaintNodeUnschedulable }
	if n.Spec.Unschedulable && !drain.IsCordonedFor(n, p.volume.Name) || !n.Spec.Unschedulable && !slices.ContainsFunc(n.Spec.Taints, ofCordon) {
		return n
	}
	n = n.DeepCopy()
	n.Spec.Unschedulable = false
	n.Spec.Taints = slices.DeleteFunc(n.Spec.Taints, ofCordon)
	return n
}

// used reports whether somebody uses the claim, or will as soon as it is bound.
func (p *reattachPlanner) used() bool {
	m := p.user.member
	return m.Set != nil || slices.ContainsFunc(m.Pods(), func(pod *corev1.Pod) bool { return !workload.FinishedPod(pod) })
}

// awaitUser plans to wait until the member runs with the volume. One that fits nowhere, or that its StatefulSet does not create yet, is
// not waited for.
func (p *reattachPlanner) awaitUser(replaced drain.Object) {
	m := p.user.member
	place := p.user.place()
	switch {
	case !p.used(), p.replaces() && m.Owner.None() && len(m.Pods()) == len(m.Placed):
		return // nobody comes
	case place == nil:
		p.next(fact.New("MemberWaits", "member", m.Key).Offering(fact.Plugin("why-pending").In(m.Key.Namespace)))
		return
	case !p.comes():
		p.next(fact.New("MemberComesLater", "member", m.Key, "owner", m.Owner))
		return
	}
	parameters := drain.AwaitReadyParameters{
		Pair: pair(p.volume, replaced), Claims: []drain.Object{replaced}, Member: m.Key.Name, Node: place.Node, Members: p.user.places.pods[m],
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

// comes reports whether the member's Pod is there, or sure to come: a StatefulSet that goes in order creates none before the earlier ones
// are Ready.
func (p *reattachPlanner) comes() bool {
	m := p.user.member
	if m.Set == nil || len(m.Pods()) > len(m.Placed) || !p.replaces() && len(m.Placed) > 0 || m.Set.Spec.PodManagementPolicy == "Parallel" {
		return true
	}
	first, _ := workload.Ordinals(m.Set)
	for i := first; i < m.Ordinal; i++ {
		if pod := p.ix.Pod(m.Set.Namespace, workload.MemberName(m.Set, i)); pod == nil || !workload.Ready(pod) || pod.DeletionTimestamp != nil {
			return false
		}
	}
	return true
}
