package planner

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// replace plans to delete the claims that took the place of those to reattach, after their Pods, and keeps the volumes that they leave as
// release would.
func (p *reattachPlanner) replace() {
	for _, r := range p.replacing() {
		p.returning = r
		p.mayReplace()
	}
	replaced := p.those(func(r *returning) bool { return r.replaced != nil })
	if len(replaced) == 0 {
		return
	}
	p.risks(replaced)
	for _, r := range replaced {
		p.retainStep(r.replaced, r.current, false)
	}
	p.vacate(replaced)
	for _, r := range replaced {
		if r.current.DeletionTimestamp == nil {
			p.step(deleteClaim(true, fact.New("WhyReplaceClaim", "volume", r.replaced.Name), p.deletion(r)))
		}
	}
	for _, r := range replaced {
		p.step(awaitReleased(r.replaced, drain.ClaimObject(r.current), fact.New("StepAwaitClaimGone", "claim", r.claim, "volume", r.replaced.Name), fact.New("WhyAwaitClaimGone")))
	}
}

// mayReplace finds the volume that the present claim leaves, and blocks if that may not be.
func (p *reattachPlanner) mayReplace() {
	c := p.current
	other := p.ix.Volume(c.Spec.VolumeName)
	if other == nil || other.Spec.ClaimRef == nil || other.Spec.ClaimRef.UID != c.UID {
		p.block(drain.BlockedMisbound, "", p.disagree(p.volume, p.claim, c, p.req.AcceptForeignData))
		return
	}
	if owner := metav1.GetControllerOf(c); owner != nil && owner.Kind == drain.KindPod {
		p.block(drain.BlockedEphemeral, "", fact.New("EphemeralClaimNotReplaced", "claim", p.claim, "pod", owner.Name))
		return
	}
	p.replaced = other
	p.compare(other)
	if !p.req.Replace {
		const replace = "--replace"
		p.block(drain.BlockedReplaced, replace, fact.New("ClaimReplaced", "claim", p.claim, "volume", other.Name, "override", replace))
	}
	if other.DeletionTimestamp != nil {
		p.block(drain.BlockedTerminating, "", fact.New("TerminatingVolumeOfClaim", "volume", other.Name, "claim", p.claim))
	}
}

// deletion is how a claim is deleted: not before the last Pod is gone, nor if the volume that comes back is reserved for it no longer, nor
// if what the Plan found around the member does not hold any more.
func (p *reattachPlanner) deletion(r *returning) drain.DeleteClaimParameters {
	place := drain.VolumeObject(r.volume)
	out := drain.DeleteClaimParameters{
		Pair: pair(r.replaced, drain.ClaimObject(r.current)), Policy: corev1.PersistentVolumeReclaimRetain, Unused: true, Member: p.user.member.Key.Name, Place: &place,
	}
	if len(p.serving()) > 0 {
		out.Safeguards = p.user.safeguards()
	}
	out.Judged = p.user.judged()
	if m, c := p.user.member, p.holding(r); m.Set != nil && c.Recreated { // else it is created as it was saved
		if next := m.Next(p.ix, c); next.Defaulted {
			class := next.Class()
			out.DefaultClass = &class
		}
	}
	return out
}

// recreate plans to recreate the claim: as it was saved on the volume that comes back, else as the one that it replaces.
func (p *reattachPlanner) recreate() {
	from, c := p.volume, p.current
	if s, err := retain.RecordedClaim(p.volume); err != nil || s == nil || !p.remembers(s) {
		from = p.replaced
		p.warn(p.likePresent())
		if why := p.explain(c); !why.IsZero() {
			p.block(drain.BlockedNoFit, "", fact.New("PresentClaimCannotBind", "claim", p.claim, "volume", p.volume.Name, "why", why))
		}
	}
	p.step(createClaim(p.claim, fact.New("StepCreateClaim", "claim", p.claim), fact.New("WhyRecreateClaim"), pair(from, drain.ClaimObject(c))))
	p.next(fact.New("ReplacedVolumeReleased", "volume", p.replaced.Name).Offering(p.changeBack()))
}

// changeBack is the command that gives the member the volumes again that it leaves.
func (p *reattachPlanner) changeBack() fact.Command {
	var names []string
	for _, r := range p.those(func(r *returning) bool { return r.replaced != nil }) {
		names = append(names, r.replaced.Name)
	}
	return fact.Plugin("reattach", names...).With("--replace")
}

// compare shows both volumes, with what is known of their times. Which of them has newer data Kubernetes does not know: a claim may be
// young and its disk never have been written to, or an earlier Pod may have gone on writing to the other one.
func (p *reattachPlanner) compare(other *corev1.PersistentVolume) {
	p.warn(p.wasOf())
	p.warn(fact.New("PresentClaim", "volume", p.where(other), "size", size(other), "claim", p.claim, "age", age(p.ix, p.current.CreationTimestamp)))
}
