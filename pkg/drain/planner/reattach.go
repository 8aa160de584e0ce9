package planner

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/placement"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// PlanReattach plans to give released volumes back to their claims: each is reserved for the claim first, and only then is the
// claim that took its place deleted, if that is asked for, after its Pods. It ends when the members that use the claims are Ready, if there
// are any; those that one member needs together come back together. It needs volumes, claims, Pods, Nodes and StatefulSets; with what the
// scheduler's filters read, PodDisruptionBudgets, ReplicaSets and Jobs it can tell more. Errors are *NotFoundError and *MisuseError, and
// those of the judge.
func PlanReattach(ctx context.Context, ix *inspect.Index, newJudge placement.NewJudge, req drain.ReattachRequest) (*drain.Plan, error) {
	p := &reattachPlanner{planner: planner{ix: ix, plan: drain.New("reattach")}, req: req}
	if err := p.findPairs(); err != nil {
		return nil, err
	}
	comebacks := p.comebacks()
	if p.req.Replace && len(comebacks) > 1 {
		return nil, drain.Misuse(fact.New("OneMemberToReplace"))
	}
	p.unreadable(inspect.PersistentVolumeClaims, inspect.Pods)
	for _, r := range p.pairs {
		p.returning = r
		blockers := len(p.plan.Blockers)
		r.starts = p.startable()
		r.refused = !r.starts && len(p.plan.Blockers) > blockers
	}
	for _, c := range comebacks {
		if err := p.comesBack(ctx, newJudge, c); err != nil {
			return nil, err
		}
	}
	p.stage(len(comebacks), drain.StopStage)
	return p.finish(), nil
}

// comesBack plans to give one member its volumes. Its errors are those of the judge.
func (p *reattachPlanner) comesBack(ctx context.Context, newJudge placement.NewJudge, c *comeback) error {
	p.begin(drain.VolumeObject(c.together[0].volume))
	c.together = c.those(func(r *returning) bool { return !r.refused })
	if len(c.together) == 0 {
		return nil
	}
	p.comeback, p.returning = c, c.together[0]
	if err := p.findUser(ctx, newJudge); err != nil {
		return err
	}
	p.refuseApart()
	for _, r := range c.starting() {
		p.returning = r
		p.prepare()
	}
	p.replace()
	p.mustFit()
	p.uncordon()
	for _, r := range c.starting() {
		p.returning = r
		p.provide()
	}
	p.waits()
	for _, r := range c.starting() {
		p.next(fact.New("ClaimHasVolumeAgain", "claim", r.claim, "volume", p.whereBack(r.volume)))
		p.nextPolicy(r.volume)
	}
	return nil
}

// startable reports whether the volume is in a state to be given away, and blocks or says that it is done if not.
func (p *reattachPlanner) startable() bool {
	v, ref := p.volume, p.volume.Spec.ClaimRef
	switch phase := v.Status.Phase; {
	case v.DeletionTimestamp != nil:
		p.block(drain.BlockedTerminating, "", fact.New("VolumeBeingDeleted", "volume", v.Name))
	case phase == corev1.VolumeBound && p.attached(), beingBound(v, p.current), p.almostBound(): // an earlier run has come so far
	case phase == corev1.VolumeReleased, phase == corev1.VolumeFailed:
		return p.abandoned()
	case phase == corev1.VolumeAvailable && (ref == nil || ref.Namespace == p.claim.Namespace && ref.Name == p.claim.Name):
		return true
	case phase == corev1.VolumeAvailable && match.ReservedInVain(p.ix, v), phase == corev1.VolumeAvailable && p.runsWith():
		return true
	case phase == corev1.VolumeAvailable && ref.UID == "" && !cordoned(v):
		p.block(drain.BlockedPhase, "", fact.New("ReservedForOther", "volume", v.Name, "want", p.claim, "have", drain.RefObject(ref)).
			Offering(fact.Plugin("reclaim", v.Name).With("--unreserve")))
	case ref != nil:
		p.block(drain.BlockedPhase, "", fact.New("VolumeBelongsToOther", "volume", v.Name, "phase", phase, "want", p.claim, "have", drain.RefObject(ref)))
	default:
		p.block(drain.BlockedPhase, "", fact.New("VolumeNotReleased", "volume", v.Name, "phase", phase))
	}
	return false
}

// comesLater reports whether a claim is created with its Pod alone, by a StatefulSet that goes in order, and an earlier member which this command does
// nothing for is not Ready: nobody knows when that is.
func (p *reattachPlanner) comesLater(r *returning) bool {
	created := slices.ContainsFunc(p.plan.Steps, func(s drain.Step) bool { return s.Action == drain.CreateClaim && keyOf(s.Object) == keyOf(r.claim) })
	return r.current == nil && !created && len(p.together) == len(p.pairs) && !p.comes()
}

// runsWith reports whether Pods run with the volume by the claim that is to have it, although it names another.
func (p *reattachPlanner) runsWith() bool {
	return slices.ContainsFunc(p.disks().Claimants(p.volume), func(h disk.Holder) bool { return h.Claim == keyOf(p.claim) && len(h.Pods) > 0 })
}

// attached reports whether the claim has the volume.
func (r *returning) attached() bool {
	ref := r.volume.Spec.ClaimRef
	return r.current != nil && r.current.DeletionTimestamp == nil && inspect.FullyBound(r.current) && r.current.Spec.VolumeName == r.volume.Name &&
		ref != nil && ref.UID == r.current.UID
}

// almostBound reports whether a claim has the volume and is Lost all the same: it is on its way, since the volume names the right UID.
func (r *returning) almostBound() bool {
	return r.attached() && r.current.Status.Phase == corev1.ClaimLost
}

// bound reports whether nothing is left to do for the pair.
func (r *returning) bound() bool { return !r.starts && r.attached() && !r.almostBound() }

// abandoned blocks if the claim that had the volume is still there, or a Pod may still use the disk.
func (p *reattachPlanner) abandoned() bool {
	if p.volume.Spec.ClaimRef == nil {
		return true
	}
	if b := p.stillUsed(p.volume); b != nil {
		p.block(b.Code, b.Override, b.Reason)
		return false
	}
	return true
}

// prepare plans to reserve the volume for the claim.
func (p *reattachPlanner) prepare() {
	v := p.volume
	p.home()
	p.tellLeftToo(v, p.claim)
	p.foreign(v, []string{p.claim.String()}, p.req.AcceptForeignData)
	p.nothingToReturn()
	if v.Status.Phase != corev1.VolumeAvailable {
		if cl, owned := cleanerOf(p.ix, v); owned && v.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimDelete {
			p.warn(fact.New("ErasingMayHaveBegun", "volume", v.Name, "provisioner", cl.name, "state", cl.state()))
		}
		p.retainStep(v, nil, false)
	}
	p.freeOthers()
	p.reserve()
	if p.replaces() || p.current == nil || p.leaving() {
		p.templateFits()
	}
}

// provide plans that there is a claim which can be bound to the volume.
func (p *reattachPlanner) provide() {
	switch {
	case p.replaces() && p.replaced != nil:
		p.recreate()
	case p.replaces(): // that has been refused
	case p.current == nil, p.leaving():
		p.create()
	case p.namesInVain(p.current, p.volume): // it names no volume, and counts as bound all the same
		p.block(drain.BlockedNoFit, "", p.disagree(p.volume, p.claim, p.current, p.req.AcceptForeignData))
	default:
		p.checkBindable(p.volume, p.claim)
	}
}

// waits plans to wait until the claims have the volumes, and then for the member.
func (p *reattachPlanner) waits() {
	p.forgotten()
	p.givenToo()
	unbound := false
	for _, r := range p.together {
		if r.bound() {
			p.done(fact.New("VolumeHasClaimAlready", "volume", r.volume.Name, "claim", r.claim))
			continue
		}
		unbound = true
		if p.comesLater(r) {
			continue // awaitUser tells
		}
		p.step(awaitBound(r.volume, r.claim, r.before()))
	}
	if place := p.user.place(); unbound || p.used() && !p.user.isReady(p.user.member) && (place == nil || len(place.Volumes) == 0) {
		p.awaitUser() // what it needs besides, this run does not give
	}
}
