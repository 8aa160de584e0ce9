package planner

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// PlanReclaim plans to make released volumes usable again. It needs volumes, claims, Pods and Nodes. Errors are
// *NotFoundError and *MisuseError.
func PlanReclaim(ix *inspect.Index, req drain.ReclaimRequest) (*drain.Plan, error) {
	if err := checkReclaim(req); err != nil {
		return nil, err
	}
	p := &reclaimPlanner{planner: planner{ix: ix, plan: drain.NewPlan("reclaim")}, req: req}
	p.plan.Independent = true
	p.unreadable(inspect.PersistentVolumeClaims, inspect.Pods)
	for _, name := range p.names() {
		v, err := localVolume(ix, name)
		if err != nil {
			return nil, err
		}
		p.add(v)
	}
	if len(p.plan.Steps) > 0 && !req.Wait {
		p.decided()
	}
	return p.finish(), nil
}

func checkReclaim(req drain.ReclaimRequest) error {
	switch {
	case len(req.Volumes) == 0 && req.Selection == nil:
		return drain.Misusef("reclaim needs to be told which volumes: their names, or --released with --class, --node or -l")
	case len(req.Volumes) > 0 && req.Selection != nil:
		return drain.Misusef("reclaim takes names of volumes or a selection, not both")
	case req.Wait && req.KeepData:
		return drain.Misusef("--wait waits until a provisioner has erased the data, and --keep-data keeps it: give one of them")
	case req.Wait && req.For != nil:
		return drain.Misusef("--wait leaves the volume to its provisioner, which keeps it for nobody: leave out --for or --wait")
	case req.For != nil && len(req.Volumes) != 1:
		return drain.Misusef("--for keeps one volume for one claim: name one volume")
	}
	return nil
}

type reclaimPlanner struct {
	planner
	req drain.ReclaimRequest
}

// names are those asked for, each once; of a selection, those that can be reclaimed, sorted.
func (p *reclaimPlanner) names() []string {
	if p.req.Selection == nil {
		var names []string
		for _, name := range p.req.Volumes {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		return names
	}
	filter := *p.req.Selection
	filter.Phases = []corev1.PersistentVolumePhase{corev1.VolumeReleased, corev1.VolumeFailed}
	var names []string
	for _, r := range inspect.Volumes(p.ix, inspect.VolumeQuery{Filter: filter}) {
		names = append(names, r.Name)
	}
	slices.Sort(names)
	if len(names) == 0 {
		p.done("no Released or Failed volume is like that")
	}
	return names
}

// add plans one volume. What is wrong with one of a selection leaves it out.
func (p *reclaimPlanner) add(v *corev1.PersistentVolume) {
	if blocker := p.refusal(v); blocker != nil {
		if p.req.Selection != nil {
			p.warn("left out: %s", blocker.Message)
			return
		}
		p.begin(drain.VolumeObject(v))
		p.plan.Blockers = append(p.plan.Blockers, *blocker)
		return
	}
	p.begin(drain.VolumeObject(v))
	switch {
	case p.given(v) && p.binding(v):
		p.done("volume %s is being bound to claim %s/%s", v.Name, v.Spec.ClaimRef.Namespace, v.Spec.ClaimRef.Name)
	case p.given(v):
		p.done("volume %s is Bound to claim %s/%s already", v.Name, v.Spec.ClaimRef.Namespace, v.Spec.ClaimRef.Name)
	case v.Status.Phase == corev1.VolumeAvailable && !(p.req.For != nil && v.Spec.ClaimRef == nil) && !p.pointless(v):
		p.done("volume %s is Available already%s", v.Name, keptFor(v))
	case p.req.Wait:
		p.await(v)
	default:
		p.free(v)
	}
}

// given reports whether what was asked for has been done, and a claim has been bound to the volume since: the one it was
// to be kept for, or, if any may have it, another than the one that it is known to have been released from.
func (p *reclaimPlanner) given(v *corev1.PersistentVolume) bool {
	ref := v.Spec.ClaimRef
	if ref == nil || p.req.Wait || v.Status.Phase != corev1.VolumeBound && !p.binding(v) {
		return false
	}
	if p.req.For != nil {
		return isFor(ref, *p.req.For)
	}
	s, err := retain.RecordedClaim(v)
	return err == nil && s != nil && ref.UID != "" && s.UID != ref.UID
}

// binding reports whether the volume is being bound to the claim that it names.
func (p *reclaimPlanner) binding(v *corev1.PersistentVolume) bool {
	ref := v.Spec.ClaimRef
	return ref != nil && beingBound(v, p.ix.Claim(ref.Namespace, ref.Name))
}

func keptFor(v *corev1.PersistentVolume) string {
	if ref := v.Spec.ClaimRef; ref != nil {
		return fmt.Sprintf(", kept for claim %s/%s", ref.Namespace, ref.Name)
	}
	return ""
}

// refusal says why a volume may not be reclaimed, nil if it may.
func (p *reclaimPlanner) refusal(v *corev1.PersistentVolume) *drain.Blocker {
	refuse := func(code drain.BlockerCode, override, format string, args ...any) *drain.Blocker {
		return &drain.Blocker{Code: code, Message: fmt.Sprintf(format, args...), Override: override}
	}
	ref := v.Spec.ClaimRef
	if v.DeletionTimestamp != nil {
		return refuse(drain.BlockedTerminating, "", "volume %s is being deleted", v.Name)
	}
	if p.given(v) {
		return nil
	}
	if b := p.wrongPhase(v); b != nil || ref == nil || v.Status.Phase == corev1.VolumeAvailable || v.Status.Phase == corev1.VolumeBound {
		return b
	}
	current := p.ix.Claim(ref.Namespace, ref.Name)
	if current != nil && current.UID == ref.UID {
		return refuse(drain.BlockedPhase, "", "volume %s is %s, but its claim %s/%s still exists: release it first: kubectl localpv release pvc/%s -n %s",
			v.Name, v.Status.Phase, ref.Namespace, ref.Name, ref.Name, ref.Namespace)
	}
	if pods := workload.Users(v, current, p.ix.Consumers(ref.Namespace, ref.Name), p.homeNames(v)); len(pods) > 0 {
		return refuse(drain.BlockedInUse, "", "volume %s may still be in use although its claim is gone: %s", v.Name, workload.InUse(ref.Namespace, ref.Name, pods, p.ix.OwnerOf))
	}
	cl, owned := cleanerOf(p.ix, v)
	deletes := owned && v.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimDelete
	switch {
	case deletes && !p.req.Wait:
		return refuse(drain.BlockedCleaner, "--wait", "volume %s has policy Delete and is provisioner %s's to erase and make anew; %s; --wait waits for that", v.Name, cl.name, cl.state())
	case !deletes && p.req.Wait:
		return refuse(drain.BlockedCleaner, "", "nobody is going to clean volume %s: it has policy %s and %s; leave out --wait",
			v.Name, v.Spec.PersistentVolumeReclaimPolicy, provisionerWord(owned, cl))
	}
	return nil
}

func provisionerWord(owned bool, cl cleaner) string {
	if owned {
		return "its provisioner is " + cl.name
	}
	return "no external provisioner owns it"
}

func (p *reclaimPlanner) wrongPhase(v *corev1.PersistentVolume) *drain.Blocker {
	ref, phase := v.Spec.ClaimRef, v.Status.Phase
	switch {
	case phase == corev1.VolumeReleased, phase == corev1.VolumeFailed:
		return nil
	case phase == corev1.VolumeAvailable && (p.req.For == nil && ref == nil || p.req.For != nil && (ref == nil || isFor(ref, *p.req.For))):
		return nil
	case phase == corev1.VolumeAvailable && p.pointless(v):
		return nil
	case phase == corev1.VolumeAvailable:
		return &drain.Blocker{Code: drain.BlockedPhase, Message: fmt.Sprintf("volume %s is Available and kept for claim %s/%s, so there is nothing to reclaim; whoever kept it may still mean to use it",
			v.Name, ref.Namespace, ref.Name)}
	case ref != nil && phase == corev1.VolumeBound:
		return &drain.Blocker{Code: drain.BlockedPhase, Message: fmt.Sprintf("volume %s is Bound to claim %s/%s%s, not Released: to let the claim go first: kubectl localpv release pv/%s",
			v.Name, ref.Namespace, ref.Name, p.boundSince(v), v.Name)}
	}
	if phase == "" {
		phase = corev1.VolumePending
	}
	return &drain.Blocker{Code: drain.BlockedPhase, Message: fmt.Sprintf("volume %s is %s, not Released or Failed", v.Name, phase)}
}

// pointless reports whether a volume is kept for a claim that has another volume: a move that was broken off leaves that.
func (p *reclaimPlanner) pointless(v *corev1.PersistentVolume) bool {
	ref := v.Spec.ClaimRef
	if ref == nil || ref.UID != "" || p.req.For != nil && isFor(ref, *p.req.For) {
		return false
	}
	c := p.ix.Claim(ref.Namespace, ref.Name)
	return c != nil && c.DeletionTimestamp == nil && inspect.FullyBound(c) && c.Spec.VolumeName != v.Name
}

// boundSince tells for how long a claim has had its volume, so that whoever has just reclaimed it is not surprised.
func (p *reclaimPlanner) boundSince(v *corev1.PersistentVolume) string {
	if t := since(v); !t.IsZero() {
		return " since " + age(p.ix, t)
	}
	return ""
}

func isFor(ref *corev1.ObjectReference, claim types.NamespacedName) bool {
	return ref.Namespace == claim.Namespace && ref.Name == claim.Name
}

// await plans to leave a volume to its provisioner.
func (p *reclaimPlanner) await(v *corev1.PersistentVolume) {
	cl, _ := cleanerOf(p.ix, v)
	if cl.pod == nil {
		p.warn("provisioner %s is to clean %s, and %s", cl.name, v.Name, cl.state())
	}
	p.step(drain.Step{
		Action: drain.AwaitCleaned, Object: drain.VolumeObject(v), Title: fmt.Sprintf("wait until %s has cleaned %s", cl.name, v.Name),
		Why: "it erases the disk, deletes the volume and makes it anew; nothing is changed here", Precondition: drain.Precondition{Volume: drain.VolumeObject(v), Claim: drain.RefObject(v.Spec.ClaimRef)},
	})
}

// free plans to take the claimRef away, or to reduce it to a name.
func (p *reclaimPlanner) free(v *corev1.PersistentVolume) {
	old := drain.Object{Kind: drain.KindClaim}
	if v.Spec.ClaimRef != nil {
		old = drain.RefObject(v.Spec.ClaimRef)
	}
	s := drain.Step{
		Action: drain.OpenVolume, Object: drain.VolumeObject(v), Title: fmt.Sprintf("let any claim have %s, with its data", v.Name),
		Why: fmt.Sprintf("its claim %s is gone", old), Precondition: freeing(v, old, p.homeNames(v), nil),
	}
	if v.Status.Phase == corev1.VolumeAvailable && old.Name != "" {
		s.Why, s.Precondition.Phases = fmt.Sprintf("claim %s, for which it is kept, has another volume", old), []corev1.PersistentVolumePhase{corev1.VolumeAvailable}
		s.Precondition.Elsewhere = true
	}
	if p.req.For != nil {
		claim := drain.Object{Kind: drain.KindClaim, Namespace: p.req.For.Namespace, Name: p.req.For.Name}
		s.Action, s.Title, s.Precondition.For = drain.ReserveVolume, fmt.Sprintf("keep %s, with its data, for claim %s", v.Name, claim), &claim
		if v.Status.Phase == corev1.VolumeAvailable {
			s.Why, s.Precondition.Phases = "so that nobody else is given it", []corev1.PersistentVolumePhase{corev1.VolumeAvailable}
		}
		p.checkBindable(v, claim)
	} else if names := p.couldBind(v); len(names) > 0 {
		p.warn("%s could be bound next, with the old data, by %s", v.Name, strings.Join(names, ", "))
	}
	if old.Name != "" && v.Status.Phase != corev1.VolumeAvailable {
		p.warn("whoever is given %s is given the data of claim %s", v.Name, old)
	}
	p.step(s)
	p.step(drain.Step{
		Action: drain.AwaitAvailable, Object: drain.VolumeObject(v), Title: fmt.Sprintf("wait until %s is Available", v.Name),
		Why: "the volume controller notices that it is free", Precondition: drain.Precondition{Volume: drain.VolumeObject(v), Claim: old},
	})
	p.next("%s is %s, its data untouched", p.where(v), freedWord(p.req.For))
	if original := v.Annotations[retain.AnnOriginalPolicy]; original != "" && original != string(v.Spec.PersistentVolumeReclaimPolicy) {
		p.next("%s still has policy %s; it was %s before its release", v.Name, v.Spec.PersistentVolumeReclaimPolicy, original)
	}
}

func freedWord(claim *types.NamespacedName) string {
	if claim == nil {
		return "free for any claim"
	}
	return "kept for claim " + claim.String()
}

// decided blocks unless it was said what happens to the data.
func (p *reclaimPlanner) decided() {
	if !p.req.KeepData {
		p.block(drain.BlockedUndecided, "--keep-data", "what is on the volumes stays there, and whoever is given one can read it: say so with --keep-data, or erase the disks first")
	}
}
