package planner

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// replace plans to delete the claim that took the place of the one to reattach, after its Pods, and keeps the volume that it leaves as
// release would.
func (p *reattachPlanner) replace() {
	c := p.current
	other := p.ix.Volume(c.Spec.VolumeName)
	if other == nil || other.Spec.ClaimRef == nil || other.Spec.ClaimRef.UID != c.UID {
		p.block(drain.BlockedMisbound, "", fact.New("ClaimVolumeDisagree", "claim", p.claim, "volume", c.Spec.VolumeName).
			Offering(fact.Kubectl("describe", "pvc", c.Name).In(c.Namespace)))
		return
	}
	if owner := metav1.GetControllerOf(c); owner != nil && owner.Kind == drain.KindPod {
		p.block(drain.BlockedEphemeral, "", fact.New("EphemeralClaimNotReplaced", "claim", p.claim, "pod", owner.Name))
		return
	}
	p.compare(other)
	if !p.req.Replace {
		const replace = "--replace"
		p.block(drain.BlockedReplaced, replace, fact.New("ClaimReplaced", "claim", p.claim, "volume", other.Name, "override", replace))
	}
	if other.DeletionTimestamp != nil {
		p.block(drain.BlockedTerminating, "", fact.New("TerminatingVolumeOfClaim", "volume", other.Name, "claim", p.claim))
	}
	p.risks(other)
	p.retainStep(other, c, false)
	p.vacate(other)
	about := pair(other, drain.ClaimObject(c))
	if c.DeletionTimestamp == nil {
		p.step(deleteClaim(true, fact.New("WhyReplaceClaim", "volume", other.Name), p.deletion(about)))
	}
	p.step(awaitReleased(other, about.Claim, fact.New("StepAwaitClaimGone", "claim", p.claim, "volume", other.Name), fact.New("WhyAwaitClaimGone")))
	p.uncordon()
	p.recreate(other, c)
	p.next(fact.New("ReplacedVolumeReleased", "volume", other.Name).Offering(fact.Plugin("reattach", other.Name).With("--replace")))
}

// deletion is how the claim of a pair is deleted: not before the last Pod is gone, nor if the volume that comes back is reserved for it
// no longer, nor if what the Plan found around the member does not hold any more.
func (p *reattachPlanner) deletion(about drain.Pair) drain.DeleteClaimParameters {
	place := drain.VolumeObject(p.volume)
	out := drain.DeleteClaimParameters{
		Pair: about, Policy: corev1.PersistentVolumeReclaimRetain, Unused: true, Member: p.user.member.Key.Name, Place: &place,
	}
	if len(p.serving()) > 0 {
		out.Safeguards = p.user.safeguards()
	}
	out.Judged = p.user.judged()
	if m := p.user.member; m.Set != nil && m.Claims[0].Recreated { // else it is created as it was saved
		if next := m.Next(p.ix, m.Claims[0]); next.Defaulted {
			class := next.Class()
			out.DefaultClass = &class
		}
	}
	return out
}

// recreate plans to recreate the claim: as it was saved on the volume that comes back, else as the one that it replaces.
func (p *reattachPlanner) recreate(other *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) {
	from := p.volume
	if s, err := retain.RecordedClaim(p.volume); err != nil || s == nil || !p.remembers(s) {
		from, s = other, c
		p.warn(fact.New("RecreatedLikePresent", "claim", p.claim, "volume", p.volume.Name))
		if why := p.explain(s); !why.IsZero() {
			p.block(drain.BlockedNoFit, "", fact.New("PresentClaimCannotBind", "claim", p.claim, "volume", p.volume.Name, "why", why))
		}
	}
	p.step(createClaim(p.claim, fact.New("StepCreateClaim", "claim", p.claim), fact.New("WhyRecreateClaim"), pair(from, drain.ClaimObject(c))))
}

// compare shows both volumes, with what is known of their times. Which of them has newer data Kubernetes does not know: a claim may be
// young and its disk never have been written to, or an earlier Pod may have gone on writing to the other one.
func (p *reattachPlanner) compare(other *corev1.PersistentVolume) {
	v := p.volume
	was := p.claim
	if ref := v.Spec.ClaimRef; ref != nil {
		was = drain.RefObject(ref)
	}
	p.warn(fact.New("OlderClaim", "volume", p.where(v), "size", size(v), "claim", was, "age", age(p.ix, since(v))))
	p.warn(fact.New("PresentClaim", "volume", p.where(other), "size", size(other), "claim", p.claim, "age", age(p.ix, p.current.CreationTimestamp)))
}

// size is the capacity of a volume.
func size(v *corev1.PersistentVolume) string {
	capacity := v.Spec.Capacity[corev1.ResourceStorage]
	return capacity.String()
}
