package planner

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// pair is a volume and the claim that has it. The claim is nil if it is gone.
type pair struct {
	volume *corev1.PersistentVolume
	claim  *corev1.PersistentVolumeClaim
}

// PlanRelease plans to let claims go of their volumes, data kept. It needs volumes, claims and Pods; Nodes,
// StatefulSets, ReplicaSets and Jobs make its words better. Errors are *NotFoundError and *MisuseError.
func PlanRelease(ix *inspect.Index, req drain.ReleaseRequest) (*drain.Plan, error) {
	switch {
	case len(req.Targets) == 0:
		return nil, drain.Misusef("release needs to be told what: pvc/NAME or pv/NAME")
	case req.Reserve && req.Clean:
		return nil, drain.Misusef("--reserve keeps a volume with its data and --clean has it erased: give one of them")
	}
	p := &releasePlanner{planner: planner{ix: ix, plan: drain.NewPlan("release")}, req: req}
	p.unreadable(inspect.PersistentVolumeClaims, inspect.Pods)
	seen := map[string]bool{}
	for _, t := range req.Targets {
		if err := p.add(t, seen); err != nil {
			return nil, err
		}
	}
	return p.finish(), nil
}

type releasePlanner struct {
	planner
	req drain.ReleaseRequest
}

func (p *releasePlanner) add(t drain.Target, seen map[string]bool) error {
	found, err := p.find(t)
	if err != nil {
		return err
	}
	for _, f := range found {
		if f.volume == nil || !seen[f.volume.Name] {
			p.pair(f)
		}
		if f.volume != nil {
			seen[f.volume.Name] = true
		}
	}
	return nil
}

// find returns the volumes and claims that a target means.
func (p *releasePlanner) find(t drain.Target) ([]pair, error) {
	if t.Volume {
		v, err := localVolume(p.ix, t.Name)
		if err != nil {
			return nil, err
		}
		if ref := v.Spec.ClaimRef; ref != nil && ref.UID == "" {
			return []pair{{volume: v}}, nil // kept for a claim that has not been bound to it
		}
		return []pair{{v, p.ix.ClaimOf(v)}}, nil
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
	return []pair{{v, c}}, nil
}

// releasedBefore are the volumes that an earlier claim of that name has been released from: what this command was
// asked for has been done, or is to be finished.
func (p *releasePlanner) releasedBefore(namespace, name string) []pair {
	var out []pair
	for _, v := range p.ix.LocalVolumes() {
		ref := v.Spec.ClaimRef
		if ref == nil || ref.Namespace != namespace || ref.Name != name {
			continue
		}
		s, err := retain.RecordedClaim(v)
		if err == nil && s != nil && s.Namespace == namespace && s.Name == name && (ref.UID == "" || s.UID == ref.UID) {
			out = append(out, pair{volume: v})
		}
	}
	return out
}

func (p *releasePlanner) pair(f pair) {
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
	if c.Spec.VolumeName == "" {
		p.block(drain.BlockedPhase, "", "claim %s/%s is %s and has no volume to let go of; if it is not needed: kubectl delete pvc %s -n %s",
			c.Namespace, c.Name, workload.ClaimPhase(c), c.Name, c.Namespace)
		return
	}
	p.block(drain.BlockedLost, "", "claim %s/%s is %s: its volume %s does not exist, so there is nothing to keep; if it is not needed: kubectl delete pvc %s -n %s",
		c.Namespace, c.Name, workload.ClaimPhase(c), c.Spec.VolumeName, c.Name, c.Namespace)
}

// claimGone plans what is left to do for a volume whose claim does not exist.
func (p *releasePlanner) claimGone(v *corev1.PersistentVolume) {
	ref := v.Spec.ClaimRef
	switch phase := v.Status.Phase; {
	case ref == nil:
		p.done("volume %s has no claim to let go of: it is %s", v.Name, phase)
	case v.DeletionTimestamp != nil && !p.req.Clean: // its provisioner deletes it when it has cleaned it
		p.block(drain.BlockedTerminating, "", "volume %s is being deleted", v.Name)
	case ref.UID == "":
		p.done("volume %s is %s and kept for claim %s/%s", v.Name, phase, ref.Namespace, ref.Name)
	case p.req.Clean:
		p.clean(pair{volume: v})
	case phase != corev1.VolumeBound && p.beingCleaned(v):
	default:
		if phase != corev1.VolumeBound && p.req.Reserve {
			p.retainStep(v, nil, false)
		}
		p.afterwards(v, drain.RefObject(ref))
	}
}

// beingCleaned blocks if a provisioner may be erasing the disk already.
func (p *releasePlanner) beingCleaned(v *corev1.PersistentVolume) bool {
	cl, owned := cleanerOf(p.ix, v)
	if !owned || v.Spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimDelete {
		return false
	}
	p.block(drain.BlockedCleaner, "", "volume %s is %s with policy Delete, and so provisioner %s's to erase (%s): look whether its data is still there; to give it back then: kubectl localpv reattach %s",
		v.Name, v.Status.Phase, cl.name, cl.state(), v.Name)
	return true
}

func (p *releasePlanner) release(f pair) {
	v, c := f.volume, f.claim
	p.warnAbout(c)
	if p.req.Clean {
		p.clean(f)
		return
	}
	p.retainStep(v, c, true)
	if c.DeletionTimestamp == nil {
		p.step(drain.Step{
			Action: drain.DeleteClaim, Object: drain.ClaimObject(c), Title: fmt.Sprintf("delete claim %s/%s", c.Namespace, c.Name),
			Why: fmt.Sprintf("to let go of %s; the data stays", v.Name),
			Precondition: drain.Precondition{
				Volume: drain.VolumeObject(v), Claim: drain.ClaimObject(c), Unused: true, Policy: corev1.PersistentVolumeReclaimRetain,
			},
		})
	}
	p.afterwards(v, drain.ClaimObject(c))
}

// afterwards plans what follows when the claim has been deleted.
func (p *releasePlanner) afterwards(v *corev1.PersistentVolume, c drain.Object) {
	if v.Status.Phase != corev1.VolumeReleased && v.Status.Phase != corev1.VolumeFailed {
		p.step(drain.Step{
			Action: drain.AwaitReleased, Object: drain.VolumeObject(v), Title: fmt.Sprintf("wait until %s is Released", v.Name),
			Why: "the volume controller notices that the claim is gone", Precondition: drain.Precondition{Volume: drain.VolumeObject(v), Claim: c},
		})
	}
	if p.req.Reserve {
		pre := freeing(v, c, p.homeNames(v), &drain.Object{Kind: drain.KindClaim, Namespace: c.Namespace, Name: c.Name})
		pre.Policy = corev1.PersistentVolumeReclaimRetain
		p.step(drain.Step{
			Action: drain.ReserveVolume, Object: drain.VolumeObject(v), Title: fmt.Sprintf("keep %s for the next claim %s/%s", v.Name, c.Namespace, c.Name),
			Why: "so that nobody else is given the data", Precondition: pre,
		})
		p.next("%s is kept, with its data, for the next claim %s/%s", p.where(v), c.Namespace, c.Name)
		return
	}
	if v.Status.Phase == corev1.VolumeReleased || v.Status.Phase == corev1.VolumeFailed {
		p.done("volume %s is %s already: its claim %s/%s is gone", v.Name, v.Status.Phase, c.Namespace, c.Name)
	}
	p.next("the data is still on %s. To give it back to %s/%s: kubectl localpv reattach %s", p.where(v), c.Namespace, c.Name, v.Name)
	p.next("To let any claim have it: kubectl localpv reclaim %s --keep-data", v.Name)
}

// freeing is the precondition for a change of the claimRef of a volume whose claim is gone.
func freeing(v *corev1.PersistentVolume, c drain.Object, home []string, reserve *drain.Object) drain.Precondition {
	return drain.Precondition{
		Volume: drain.VolumeObject(v), Claim: c, Unused: true, Home: home, For: reserve,
		Phases: []corev1.PersistentVolumePhase{corev1.VolumeReleased, corev1.VolumeFailed},
	}
}

// clean plans to leave the volume to its provisioner.
func (p *releasePlanner) clean(f pair) {
	v := f.volume
	cl, policy := p.mustBeCleaned(v), v.Spec.PersistentVolumeReclaimPolicy
	claim := drain.RefObject(v.Spec.ClaimRef)
	if c := f.claim; c != nil {
		if !retain.Recorded(v, c) {
			p.checkManifestSize(v, c, false)
			p.step(drain.Step{
				Action: drain.RecordClaim, Object: drain.VolumeObject(v), Title: fmt.Sprintf("save the claim's manifest on %s", v.Name), Why: "so that it is not lost if the claim goes and the volume does not",
				Precondition: drain.Precondition{Volume: drain.VolumeObject(v), Claim: claim, Unused: true},
			})
		}
		if c.DeletionTimestamp == nil {
			p.step(drain.Step{
				Action: drain.DeleteClaim, Object: drain.ClaimObject(c), Title: fmt.Sprintf("delete claim %s/%s", c.Namespace, c.Name), Destructive: true,
				Why:          fmt.Sprintf("provisioner %s then erases %s within seconds", cl.name, v.Name),
				Precondition: drain.Precondition{Volume: drain.VolumeObject(v), Claim: claim, Unused: true, Policy: policy},
			})
		}
	}
	p.lose("all data on %s: provisioner %s erases it (%s)", p.where(v), cl.name, cl.state())
	p.lose("the manifest of claim %s/%s, unless you have it elsewhere", claim.Namespace, claim.Name)
	p.step(drain.Step{
		Action: drain.AwaitCleaned, Object: drain.VolumeObject(v), Title: fmt.Sprintf("wait until %s has cleaned %s", cl.name, v.Name),
		Why: "it erases the disk, deletes the volume and makes it anew", Precondition: drain.Precondition{Volume: drain.VolumeObject(v), Claim: claim},
	})
}
