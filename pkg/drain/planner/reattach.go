package planner

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// PlanReattach plans to give a released volume back to a claim: it is kept for the claim first, and only then is the
// claim that took its place deleted, if that is asked for. It needs volumes, claims, Pods, Nodes and StatefulSets;
// ReplicaSets and Jobs make its words better. Errors are *NotFoundError and *MisuseError.
func PlanReattach(ix *inspect.Index, req drain.ReattachRequest) (*drain.Plan, error) {
	v, err := localVolume(ix, req.Volume)
	if err != nil {
		return nil, err
	}
	p := &reattachPlanner{planner: planner{ix: ix, plan: drain.NewPlan("reattach")}, req: req, volume: v}
	p.unreadable(inspect.PersistentVolumeClaims, inspect.Pods)
	p.begin(drain.VolumeObject(v))
	if err := p.findClaim(); err != nil {
		return nil, err
	}
	if p.startable() {
		p.reattach()
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
}

func (p *reattachPlanner) findClaim() error {
	ref := p.volume.Spec.ClaimRef
	switch {
	case p.req.Claim != nil:
		p.claim = drain.Object{Kind: drain.KindClaim, Namespace: p.req.Claim.Namespace, Name: p.req.Claim.Name}
	case ref != nil:
		p.claim = drain.Object{Kind: drain.KindClaim, Namespace: ref.Namespace, Name: ref.Name}
	default:
		return drain.Misusef("no claim is recorded on volume %s: say which one is to have it with --claim NAMESPACE/NAME", p.volume.Name)
	}
	p.current = p.ix.Claim(p.claim.Namespace, p.claim.Name)
	return nil
}

// startable reports whether the volume is in a state to be given away, and blocks or says that it is done if not.
func (p *reattachPlanner) startable() bool {
	v, ref := p.volume, p.volume.Spec.ClaimRef
	switch phase := v.Status.Phase; {
	case v.DeletionTimestamp != nil:
		p.block(drain.BlockedTerminating, "", "volume %s is being deleted", v.Name)
	case phase == corev1.VolumeBound && p.attached():
		p.done("volume %s is bound to claim %s already", v.Name, p.claim)
	case beingBound(v, p.current):
		p.awaitBound(p.claim)
	case phase == corev1.VolumeReleased, phase == corev1.VolumeFailed:
		return p.abandoned()
	case phase == corev1.VolumeAvailable && (ref == nil || ref.Namespace == p.claim.Namespace && ref.Name == p.claim.Name):
		return true
	case ref != nil:
		p.block(drain.BlockedPhase, "", "volume %s is %s and belongs to claim %s/%s, so it cannot be given to %s", v.Name, phase, ref.Namespace, ref.Name, p.claim)
	default:
		p.block(drain.BlockedPhase, "", "volume %s is %s, not Released", v.Name, phase)
	}
	return false
}

func (p *reattachPlanner) attached() bool {
	return p.current != nil && inspect.FullyBound(p.current) && p.current.Spec.VolumeName == p.volume.Name && p.volume.Spec.ClaimRef.UID == p.current.UID
}

// beingBound reports whether the volume controller is at work on the two: it names the claim on the volume, marks the
// volume Bound, names the volume on the claim and marks that (controller/volume/persistentvolume: bind). A snapshot may
// have caught it anywhere in between.
func beingBound(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) bool {
	if v.Spec.ClaimRef == nil || c == nil || v.Spec.ClaimRef.UID != c.UID || c.DeletionTimestamp != nil {
		return false
	}
	return !inspect.FullyBound(c) && (c.Spec.VolumeName == "" || c.Spec.VolumeName == v.Name)
}

// abandoned blocks if the claim that had the volume is still there, or a Pod may still use the disk.
func (p *reattachPlanner) abandoned() bool {
	v, ref := p.volume, p.volume.Spec.ClaimRef
	if ref == nil {
		return true
	}
	last := p.ix.Claim(ref.Namespace, ref.Name)
	if last != nil && last.UID == ref.UID {
		p.block(drain.BlockedPhase, "", "volume %s is %s, but its claim %s/%s still exists: release it first: kubectl localpv release pvc/%s -n %s",
			v.Name, v.Status.Phase, ref.Namespace, ref.Name, ref.Name, ref.Namespace)
		return false
	}
	if pods := workload.Users(v, last, p.ix.Consumers(ref.Namespace, ref.Name), p.homeNames(v)); len(pods) > 0 {
		p.block(drain.BlockedInUse, "", "volume %s may still be in use although its claim is gone: %s", v.Name, workload.InUse(ref.Namespace, ref.Name, pods, p.ix.OwnerOf))
		return false
	}
	return true
}

func (p *reattachPlanner) reattach() {
	v := p.volume
	replaces := p.current != nil && p.current.Spec.VolumeName != "" && p.current.Spec.VolumeName != v.Name
	p.home(replaces)
	if v.Status.Phase != corev1.VolumeAvailable {
		if cl, owned := cleanerOf(p.ix, v); owned && v.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimDelete {
			p.warn("%s had policy Delete and is provisioner %s's to erase: look whether its data is still there; %s", v.Name, cl.name, cl.state())
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
	p.awaitBound(p.replaced(replaces))
	p.next("%s has %s again", p.claim, p.where(v))
	if original := v.Annotations[retain.AnnOriginalPolicy]; original != "" && original != string(v.Spec.PersistentVolumeReclaimPolicy) {
		p.next("%s still has policy %s; it was %s before its release", v.Name, v.Spec.PersistentVolumeReclaimPolicy, original)
	}
}

// awaitBound waits until the claim of that name has the volume, and is not the one that is replaced.
func (p *reattachPlanner) awaitBound(replaced drain.Object) {
	p.step(drain.Step{
		Action: drain.AwaitBound, Object: p.claim, Title: fmt.Sprintf("wait until claim %s is bound to %s", p.claim, p.volume.Name),
		Why: "the volume controller binds the two", Precondition: drain.Precondition{Volume: drain.VolumeObject(p.volume), Claim: replaced},
	})
}

// replaced is the claim that is to go before another of that name can be bound.
func (p *reattachPlanner) replaced(replaces bool) drain.Object {
	if replaces || p.current != nil && p.current.DeletionTimestamp != nil {
		return drain.ClaimObject(p.current)
	}
	return p.claim
}

func (p *reattachPlanner) reserve() {
	v, ref := p.volume, p.volume.Spec.ClaimRef
	if v.Status.Phase == corev1.VolumeAvailable && ref != nil {
		return
	}
	old := drain.Object{Kind: drain.KindClaim}
	if ref != nil {
		old = drain.RefObject(ref)
	}
	pre := freeing(v, old, p.homeNames(v), &p.claim)
	if v.Status.Phase == corev1.VolumeAvailable {
		pre.Phases = []corev1.PersistentVolumePhase{corev1.VolumeAvailable}
	}
	if pre.Phases[0] == corev1.VolumeReleased {
		pre.Policy = corev1.PersistentVolumeReclaimRetain
	}
	p.step(drain.Step{
		Action: drain.ReserveVolume, Object: drain.VolumeObject(v), Title: fmt.Sprintf("keep %s for claim %s", v.Name, p.claim),
		Why: "so that nobody else is given the data, and the claim nothing else", Precondition: pre,
	})
}

func age(ix *inspect.Index, t metav1.Time) string {
	if t.IsZero() {
		return "an unknown time"
	}
	return duration.HumanDuration(ix.TakenAt.Sub(t.Time)) + " ago"
}
