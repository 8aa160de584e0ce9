package planner

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/placement"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// PlanReattach plans to give released volumes back to their claims: each is reserved for the claim first, and only then is the
// claim that took its place deleted, if that is asked for, after its Pods. It ends when the members that use the claims are Ready, if there
// are any. It needs volumes, claims, Pods, Nodes and StatefulSets; with what the scheduler's filters read, PodDisruptionBudgets,
// ReplicaSets and Jobs it can tell more. Errors are *NotFoundError and *MisuseError, and those of the judge.
func PlanReattach(ctx context.Context, ix *inspect.Index, newJudge placement.NewJudge, req drain.ReattachRequest) (*drain.Plan, error) {
	p := &reattachPlanner{planner: planner{ix: ix, plan: drain.New("reattach")}, req: req}
	volumes, err := p.volumes()
	if err != nil {
		return nil, err
	}
	p.unreadable(inspect.PersistentVolumeClaims, inspect.Pods)
	for _, v := range volumes {
		if err := p.volumeBack(ctx, newJudge, v); err != nil {
			return nil, err
		}
	}
	p.stage(len(volumes), drain.StopStage)
	return p.finish(), nil
}

// volumeBack plans to give one volume back. Its errors are *MisuseError, and those of the judge.
func (p *reattachPlanner) volumeBack(ctx context.Context, newJudge placement.NewJudge, v *corev1.PersistentVolume) error {
	p.returning = returning{volume: v}
	p.begin(drain.VolumeObject(v))
	if err := p.findClaim(); err != nil {
		return err
	}
	blockers := len(p.plan.Blockers)
	startable := p.startable()
	if len(p.plan.Blockers) > blockers && !startable {
		return nil
	}
	if err := p.findUser(ctx, newJudge); err != nil {
		return err
	}
	if startable {
		p.reattach()
	} else {
		p.goOn()
	}
	return nil
}

// volumes are those asked for, each once. Several are those of several claims, which one Pod may need together: they are given back at
// the same time.
func (p *reattachPlanner) volumes() ([]*corev1.PersistentVolume, error) {
	if len(p.req.More) > 0 && (p.req.Claim != nil || p.req.Replace) {
		return nil, drain.Misuse(fact.New("OneVolumeToReattach"))
	}
	if err := volumesExist(p.ix, p.req.AcceptForeignData); err != nil {
		return nil, err
	}
	if err := p.namespaceOf(p.req.Claim); err != nil {
		return nil, err
	}
	var volumes []*corev1.PersistentVolume
	had := map[string]string{}
	for _, name := range append([]string{p.req.Volume}, p.req.More...) {
		v, err := localVolume(p.ix, name)
		if err != nil {
			return nil, err
		}
		if slices.Contains(volumes, v) {
			continue
		}
		if ref := v.Spec.ClaimRef; ref != nil {
			claim := drain.RefObject(ref).String()
			if other := had[claim]; other != "" {
				return nil, drain.Misuse(fact.New("TwoVolumesOfOneClaim", "claim", claim, "volumes", []string{other, name}))
			}
			had[claim] = name
		}
		volumes = append(volumes, v)
	}
	return volumes, nil
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
	case phase == corev1.VolumeBound && p.attached(), beingBound(v, p.current), p.almostBound(): // an earlier run has come so far
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
	ref := p.volume.Spec.ClaimRef
	return p.current != nil && p.current.DeletionTimestamp == nil && inspect.FullyBound(p.current) && p.current.Spec.VolumeName == p.volume.Name &&
		ref != nil && ref.UID == p.current.UID
}

// almostBound reports whether a claim has the volume and is Lost all the same: it is on its way, since the volume names the right UID.
func (p *reattachPlanner) almostBound() bool {
	return p.attached() && p.current.Status.Phase == corev1.ClaimLost
}

// goOn plans what is left to do once the volume controller is at work on the two, or has bound them.
func (p *reattachPlanner) goOn() {
	v := p.volume
	p.uncordon()
	if !p.attached() || p.almostBound() {
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
	p.foreign(v, []string{p.claim.String()}, p.req.AcceptForeignData)
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
