package planner

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/placement"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// PlanReattach plans to give a released volume back to a claim: it is reserved for the claim first, and only then is the
// claim that took its place deleted, if that is asked for, after its Pods. It ends when the member that uses the claim is Ready, if there
// is one. It needs volumes, claims, Pods, Nodes and StatefulSets; with what the scheduler's filters read, PodDisruptionBudgets,
// ReplicaSets and Jobs it can tell more. Errors are *NotFoundError and *MisuseError, and those of the judge.
func PlanReattach(ctx context.Context, ix *inspect.Index, newJudge placement.NewJudge, req drain.ReattachRequest) (*drain.Plan, error) {
	v, err := localVolume(ix, req.Volume)
	if err != nil {
		return nil, err
	}
	p := &reattachPlanner{planner: planner{ix: ix, plan: drain.New("reattach")}, req: req, volume: v}
	p.unreadable(inspect.PersistentVolumeClaims, inspect.Pods)
	p.begin(drain.VolumeObject(v))
	if err := p.findClaim(); err != nil {
		return nil, err
	}
	startable := p.startable()
	if len(p.plan.Blockers) > 0 && !startable {
		return p.finish(), nil
	}
	if err := p.findUser(ctx, newJudge); err != nil {
		return nil, err
	}
	if startable {
		p.reattach()
	} else {
		p.goOn()
	}
	return p.finish(), nil
}

type reattachPlanner struct {
	planner
	req    drain.ReattachRequest
	volume *corev1.PersistentVolume
	// claim is who gets the volume, by name.
	claim drain.Object
	// current is the claim of that name that there is, nil if none.
	current *corev1.PersistentVolumeClaim
	// user is the member that uses the claim: how it is taken down, if it is, and where it comes back; why it fits nowhere there.
	user *relocation
	why  fact.Fact
	// fitsHome says that the volume's node takes Pods, as far as can be seen of the node alone.
	fitsHome bool
	// cordoned are the nodes that are to be uncordoned.
	cordoned []*corev1.Node
}

// replaces reports whether another claim of that name, which has another volume, has to go first.
func (p *reattachPlanner) replaces() bool {
	return p.current != nil && p.current.Spec.VolumeName != "" && p.current.Spec.VolumeName != p.volume.Name
}

// findClaim finds out who gets the volume.
func (p *reattachPlanner) findClaim() error {
	ref := p.volume.Spec.ClaimRef
	switch {
	case p.req.Claim != nil:
		p.claim = drain.Object{Kind: drain.KindClaim, Namespace: p.req.Claim.Namespace, Name: p.req.Claim.Name}
	case ref != nil:
		p.claim = drain.Object{Kind: drain.KindClaim, Namespace: ref.Namespace, Name: ref.Name}
	default:
		return drain.Misuse(fact.New("NoClaimOnVolume", "volume", p.volume.Name))
	}
	p.current = p.ix.Claim(p.claim.Namespace, p.claim.Name)
	return nil
}

// startable reports whether the volume is in a state to be given away, and blocks or says that it is done if not.
func (p *reattachPlanner) startable() bool {
	v, ref := p.volume, p.volume.Spec.ClaimRef
	switch phase := v.Status.Phase; {
	case v.DeletionTimestamp != nil:
		p.block(drain.BlockedTerminating, "", fact.New("VolumeBeingDeleted", "volume", v.Name))
	case phase == corev1.VolumeBound && p.attached(), beingBound(v, p.current): // an earlier run has come so far
	case phase == corev1.VolumeReleased, phase == corev1.VolumeFailed:
		return p.abandoned()
	case phase == corev1.VolumeAvailable && (ref == nil || ref.Namespace == p.claim.Namespace && ref.Name == p.claim.Name):
		return true
	case ref != nil:
		p.block(drain.BlockedPhase, "", fact.New("VolumeBelongsToOther", "volume", v.Name, "phase", phase, "want", p.claim, "have", drain.RefObject(ref)))
	default:
		p.block(drain.BlockedPhase, "", fact.New("VolumeNotReleased", "volume", v.Name, "phase", phase))
	}
	return false
}

// attached reports whether the claim has the volume.
func (p *reattachPlanner) attached() bool {
	return p.current != nil && inspect.FullyBound(p.current) && p.current.Spec.VolumeName == p.volume.Name && p.volume.Spec.ClaimRef.UID == p.current.UID
}

// goOn plans what is left to do once the volume controller is at work on the two, or has bound them.
func (p *reattachPlanner) goOn() {
	v := p.volume
	p.uncordon()
	if !p.attached() {
		p.step(awaitBound(v, p.claim, p.claim))
		p.awaitUser(p.claim)
		return
	}
	if p.used() && !p.user.isReady(p.user.member) && p.user.place() != nil {
		p.awaitUser(p.claim)
	}
	p.done(fact.New("VolumeHasClaimAlready", "volume", v.Name, "claim", p.claim))
}

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

// reattach plans to give the volume to the claim.
func (p *reattachPlanner) reattach() {
	v, replaces := p.volume, p.replaces()
	p.home(replaces)
	if v.Status.Phase != corev1.VolumeAvailable {
		if cl, owned := cleanerOf(p.ix, v); owned && v.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimDelete {
			p.warn(fact.New("ErasingMayHaveBegun", "volume", v.Name, "provisioner", cl.name, "state", cl.state()))
		}
		p.retainStep(v, nil, false)
	}
	p.freeOthers()
	p.reserve()
	if replaces || p.current == nil || p.current.DeletionTimestamp != nil {
		p.templateFits()
	}
	switch {
	case replaces:
		p.replace()
	case p.current == nil, p.current.DeletionTimestamp != nil:
		p.uncordon()
		p.create()
	default:
		p.uncordon()
		p.checkBindable(v, p.claim)
	}
	if p.used() && p.user.place() == nil && p.fitsHome && (p.req.AllowPending || !replaces || len(p.serving()) == 0) {
		p.warn(p.fitsNotThere()) // else it blocks
	}
	p.step(awaitBound(v, p.claim, p.replaced(replaces)))
	p.awaitUser(p.replaced(replaces))
	p.next(fact.New("ClaimHasVolumeAgain", "claim", p.claim, "volume", p.where(v)))
	p.nextPolicy(v)
}

// replaced is the claim that is to go before another of that name can be bound.
func (p *reattachPlanner) replaced(replaces bool) drain.Object {
	if replaces || p.current != nil && p.current.DeletionTimestamp != nil {
		return drain.ClaimObject(p.current)
	}
	return p.claim
}
