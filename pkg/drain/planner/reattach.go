package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// PlanReattach plans to give released volumes back to their claims: each is reserved for the claim first, and only then is the
// claim that took its place deleted, if that is asked for. It needs volumes, claims, Pods, Nodes and StatefulSets; with
// ReplicaSets and Jobs it can tell more. Errors are *NotFoundError and *MisuseError.
func PlanReattach(ix *inspect.Index, req drain.ReattachRequest) (*drain.Plan, error) {
	p := &reattachPlanner{planner: planner{ix: ix, plan: drain.New("reattach")}, req: req}
	volumes, err := p.volumes()
	if err != nil {
		return nil, err
	}
	p.unreadable(inspect.PersistentVolumeClaims, inspect.Pods)
	for _, v := range volumes {
		p.volume = v
		p.begin(drain.VolumeObject(v))
		if err := p.findClaim(); err != nil {
			return nil, err
		}
		if p.startable() {
			p.reattach()
		}
	}
	p.stage(len(volumes), drain.StopStage)
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
}

// volumes are those asked for, each once. Several are those of several claims, which one Pod may need together: they are given back at
// the same time.
func (p *reattachPlanner) volumes() ([]*corev1.PersistentVolume, error) {
	if len(p.req.More) > 0 && (p.req.Claim != nil || p.req.Replace) {
		return nil, drain.Misuse(fact.New("OneVolumeToReattach"))
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
	case phase == corev1.VolumeBound && p.attached():
		p.done(fact.New("VolumeHasClaimAlready", "volume", v.Name, "claim", p.claim))
	case beingBound(v, p.current), p.attached() && p.current.Status.Phase == corev1.ClaimLost: // which ends, as the UID is right
		p.step(awaitBound(v, p.claim, p.claim))
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
	v := p.volume
	replaces := p.current != nil && p.current.Spec.VolumeName != "" && p.current.Spec.VolumeName != v.Name
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
	switch {
	case replaces:
		p.replace()
	case p.current == nil:
		p.create()
	case p.current.DeletionTimestamp != nil:
		p.create()
	default:
		p.checkBindable(v, p.claim)
	}
	p.step(awaitBound(v, p.claim, p.replaced(replaces)))
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
