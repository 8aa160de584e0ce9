package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// PlanRelease plans to release volumes from their claims, data kept. It needs volumes, claims and Pods; with Nodes,
// StatefulSets, ReplicaSets and Jobs it can tell more. Errors are *NotFoundError and *MisuseError.
func PlanRelease(ix *inspect.Index, req drain.ReleaseRequest) (*drain.Plan, error) {
	switch {
	case len(req.Targets) == 0:
		return nil, drain.Misuse(fact.New("ReleaseWhat"))
	case req.Reserve && req.Clean:
		return nil, drain.Misuse(fact.New("ReserveOrClean"))
	}
	p := &releasePlanner{planner: planner{ix: ix, plan: drain.New("release")}, req: req}
	p.unreadable(inspect.PersistentVolumeClaims, inspect.Pods)
	seen := map[string]bool{}
	for _, t := range req.Targets {
		if err := p.add(t, seen); err != nil {
			return nil, err
		}
	}
	p.heldToo()
	return p.finish(), nil
}

func (p *releasePlanner) add(t drain.Target, seen map[string]bool) error {
	found, err := p.find(t)
	if err != nil {
		return err
	}
	for _, f := range found {
		if f.volume == nil || !seen[f.volume.Name] {
			p.releaseOne(f)
		}
		if f.volume != nil {
			seen[f.volume.Name] = true
		}
	}
	return nil
}

// find returns the volumes and claims that a target means.
func (p *releasePlanner) find(t drain.Target) ([]releasable, error) {
	if t.Volume {
		v, err := localVolume(p.ix, t.Name)
		if err != nil {
			return nil, err
		}
		if ref := v.Spec.ClaimRef; ref != nil && ref.UID == "" {
			return []releasable{{volume: v}}, nil // reserved for a claim that has not been bound to it
		}
		return []releasable{{v, p.ix.ClaimOf(v)}}, nil
	}
	c := p.ix.Claim(t.Namespace, t.Name)
	if c == nil || c.Spec.VolumeName == "" {
		if before := p.releasedBefore(t.Namespace, t.Name); len(before) > 0 {
			return before, nil
		}
	}
	if c == nil {
		if _, gap := p.ix.Gap(inspect.PersistentVolumeClaims); gap {
			return nil, nil
		}
		return nil, claimNotFound(p.ix, t.Namespace, t.Name)
	}
	v := p.ix.Volume(c.Spec.VolumeName)
	if v != nil {
		if err := mustBeLocal(p.ix, v); err != nil {
			return nil, err
		}
	}
	p.another(c)
	return []releasable{{v, c}}, nil
}

// releasedBefore are the volumes that an earlier claim of that name has been released from: what this command was
// asked for has been done, or is to be finished.
func (p *releasePlanner) releasedBefore(namespace, name string) []releasable {
	var out []releasable
	for _, v := range p.ix.LocalVolumes() {
		ref := v.Spec.ClaimRef
		if ref == nil || ref.Namespace != namespace || ref.Name != name {
			continue
		}
		if retain.CheckVersion(v) != nil { // it may well have been, which this program cannot tell
			p.understood(v)
			out = append(out, releasable{volume: v})
			continue
		}
		s, err := retain.RecordedClaim(v)
		if err == nil && s != nil && s.Namespace == namespace && s.Name == name && (ref.UID == "" || s.UID == ref.UID) {
			out = append(out, releasable{volume: v})
		}
	}
	return out
}

// releaseOne plans one volume or claim.
func (p *releasePlanner) releaseOne(f releasable) {
	switch {
	case f.volume == nil:
		p.begin(drain.ClaimObject(f.claim))
		p.withoutVolume(f.claim)
	case f.claim == nil:
		p.begin(drain.VolumeObject(f.volume))
		p.claimGone(f.volume)
	default:
		p.begin(drain.ClaimObject(f.claim))
		if p.bound(f) {
			p.release(f)
		}
	}
}

func (p *releasePlanner) withoutVolume(c *corev1.PersistentVolumeClaim) {
	if v := p.chosenFor(c); c.Spec.VolumeName == "" && v != nil {
		p.block(drain.BlockedPhase, "", aboutToBind(v, c))
		return
	}
	if c.Spec.VolumeName == "" {
		p.block(drain.BlockedPhase, "", p.keepsEarlier(c, fact.New("ClaimWithoutVolume", "claim", drain.ClaimObject(c), "phase", workload.ClaimPhase(c)).
			Offering(fact.Kubectl("delete", "pvc", c.Name).In(c.Namespace))))
		return
	}
	p.block(drain.BlockedLost, "", p.keepsEarlier(c, p.volumeGone(c)))
}

// claimGone plans what is left to do for a volume whose claim does not exist.
func (p *releasePlanner) claimGone(v *corev1.PersistentVolume) {
	ref := v.Spec.ClaimRef
	if !p.req.Clean {
		p.tellsDisk(v)
	}
	switch phase := v.Status.Phase; {
	case ref == nil:
		p.done(fact.New("VolumeHasNoClaim", "volume", v.Name, "phase", phase))
	case v.DeletionTimestamp != nil && !p.req.Clean: // its provisioner deletes it when it has cleaned it
		p.block(drain.BlockedTerminating, "", fact.New("VolumeBeingDeleted", "volume", v.Name))
	case ref.UID == "":
		p.done(fact.New("VolumeReservedAlready", "volume", v.Name, "phase", phase, "claim", drain.RefObject(ref)))
	case p.req.Clean:
		p.clean(releasable{volume: v})
	case phase != corev1.VolumeBound && p.beingCleaned(v):
	default:
		if phase != corev1.VolumeBound && p.req.Reserve {
			p.retainStep(v, nil, false)
		}
		p.claimDeleted(v, drain.RefObject(ref))
	}
}

// beingCleaned blocks if a provisioner may be erasing the disk already.
func (p *releasePlanner) beingCleaned(v *corev1.PersistentVolume) bool {
	cl, owned := cleanerOf(p.ix, v)
	if !owned || v.Spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimDelete {
		return false
	}
	p.block(drain.BlockedCleaner, "", fact.New("VolumeMayBeErased", "volume", v.Name, "phase", v.Status.Phase, "provisioner", cl.name, "state", cl.state()).
		Offering(fact.Plugin("reattach", v.Name)))
	return true
}

func (p *releasePlanner) release(f releasable) {
	v, c := f.volume, f.claim
	p.warnAbout(c)
	p.namedByTemplates(c)
	p.givesNext(f)
	if p.req.Clean {
		p.clean(f)
		return
	}
	p.tellsDisk(v)
	p.retainStep(v, c, true)
	claim := drain.ClaimObject(c)
	if c.DeletionTimestamp == nil {
		p.step(deleteClaim(false, fact.New("WhyReleaseVolume", "volume", v.Name), drain.DeleteClaimParameters{
			Pair: pair(v, claim), Unused: true, Policy: corev1.PersistentVolumeReclaimRetain,
		}))
	}
	p.claimDeleted(v, claim)
}

// claimDeleted plans what follows once the claim has been deleted.
func (p *releasePlanner) claimDeleted(v *corev1.PersistentVolume, c drain.Object) {
	phase := v.Status.Phase
	if phase != corev1.VolumeReleased && phase != corev1.VolumeFailed {
		p.step(awaitReleased(v, c, fact.New("StepAwaitReleased", "volume", v.Name), fact.New("WhyAwaitReleased")))
	}
	if p.req.Reserve {
		next := drain.Object{Kind: drain.KindClaim, Namespace: c.Namespace, Name: c.Name}
		p.reservedAstray(v, next)
		p.reservable(v, next, p.lastClaim(v))
		p.freeReserved(v, next, nil)
		parameters := freeing(v, c, p.homeNames(v))
		parameters.Policy = corev1.PersistentVolumeReclaimRetain
		p.step(reserveVolume(v, next, fact.New("StepReserveForNext", "volume", v.Name, "claim", next), fact.New("WhyReserveData"), parameters))
		p.next(fact.New("ReservedForNext", "volume", p.where(v), "claim", next))
		p.leavesWaiting(v, c)
		return
	}
	for _, other := range p.reservedToo(v, c) {
		p.warn(fact.New("OtherReservedForNext", "claim", drain.Object{Kind: c.Kind, Namespace: c.Namespace, Name: c.Name}, "volume", p.where(other)).
			Offering(fact.Plugin("reclaim", other.Name).With("--unreserve")))
	}
	if phase == corev1.VolumeReleased || phase == corev1.VolumeFailed {
		other, has := p.namesake(c)
		p.done(fact.New("VolumeReleasedAlready", "volume", v.Name, "phase", phase, "claim", c, "other", other, "has", has))
	}
	p.next(fact.New("DataStaysReattach", "volume", p.where(v), "claim", c).Offering(fact.Plugin("reattach", v.Name)))
	p.next(fact.New("OpenToAnyClaim").Offering(fact.Plugin("reclaim", v.Name).With("--keep-data")))
	p.leavesWaiting(v, c)
}

// reservedAstray is tellsAstray for a volume that is released and reserved at once: what speaks against a reservation says nothing against a release.
func (p *releasePlanner) reservedAstray(v *corev1.PersistentVolume, next drain.Object) {
	b := p.homeless(v)
	if b == nil || p.ix.ClaimOf(v) == nil {
		p.tellsAstray(v, next)
		return
	}
	p.block(b.Code, b.Override, fact.New("NotReservedWithoutHome", "why", b.Reason).Offering(fact.Plugin("release", "pv/"+v.Name)))
}

// leavesWaiting says last which Pods wait for a claim that nothing recreates, and how it is.
func (p *releasePlanner) leavesWaiting(v *corev1.PersistentVolume, c drain.Object) {
	if now := p.ix.Claim(c.Namespace, c.Name); now != nil && now.UID != c.UID {
		return // they have another
	}
	if pods := p.forgottenPods(c); len(pods) > 0 {
		p.missing(fact.New("PodsWaitForClaim", "pods", pods, "claim", c).Offering(fact.Plugin("reattach", v.Name)))
	}
}

// forgottenPods are the Pods that wait with a claim that no StatefulSet recreates with them.
func (p *releasePlanner) forgottenPods(c drain.Object) []string {
	var names []string
	for _, pod := range workload.PodsByName(p.ix.Consumers(c.Namespace, c.Name)) {
		if pod.Spec.NodeName == "" && p.ix.OwnerOf(pod).Kind != "StatefulSet" {
			names = append(names, pod.Name)
		}
	}
	return names
}

// clean plans to leave the volume to its provisioner.
func (p *releasePlanner) clean(f releasable) {
	v := f.volume
	cl, policy := p.mustBeCleaned(v), v.Spec.PersistentVolumeReclaimPolicy
	claim := drain.RefObject(v.Spec.ClaimRef)
	p.erasesOthers(v, claim)
	if c := f.claim; c != nil {
		if !retain.Recorded(v, c) {
			p.checkManifestSize(v, c, false)
			p.step(recordClaim(v, "", fact.New("WhyRecordClaim"), drain.RecordParameters{Pair: pair(v, claim), Unused: true}))
		}
		if c.DeletionTimestamp == nil {
			p.step(deleteClaim(true, fact.New("WhyDeleteClaimToClean", "provisioner", cl.name, "volume", v.Name), drain.DeleteClaimParameters{
				Pair: pair(v, claim), Unused: true, Policy: policy,
			}))
		}
	}
	p.lose(fact.New("DataErased", "volume", p.where(v), "provisioner", cl.name, "state", cl.state()))
	p.lose(fact.New("ManifestLost", "claim", claim))
	p.losePods(v)
	p.step(awaitCleaned(v, claim, cl.name, fact.New("WhyAwaitCleaned")))
}
