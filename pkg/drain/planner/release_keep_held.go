package planner

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// A deletion cannot be taken back: a claim that is being deleted goes with the last Pod that holds it, whoever ends that, and its volume's policy
// decides about the data. So release keeps the data at once, and leaves the claim and its Pods alone.

// keepsHeld reports whether the data of a claim that is being deleted, and that Pods hold, or its manifest, is still to be kept.
func (p *releasePlanner) keepsHeld(f releasable) bool {
	v, c := f.volume, f.claim
	kept := retain.Retained(v) && retain.Recorded(v, c)
	return c.DeletionTimestamp != nil && !p.req.Clean && !kept && len(p.holdersOf(c)) > 0
}

// keepHeld plans to keep the data of a claim that goes with its Pods, and says what follows.
func (p *releasePlanner) keepHeld(h goingClaim) {
	v, c := h.volume, h.claim
	p.held = append(p.held, h)
	p.checkManifestSize(v, c, true)
	p.tellsDisk(v)
	p.warnOfHeldClaim(c)
	policy := ""
	if !retain.Retained(v) {
		policy = string(v.Spec.PersistentVolumeReclaimPolicy)
	}
	p.step(retainVolume(v, fact.New("WhyRetainOfHeld", "policy", policy), drain.RecordParameters{Pair: pair(v, drain.ClaimObject(c))}))
	p.missing(p.goesLater(h))
	p.plan.StillHeld = append(p.plan.StillHeld, drain.ClaimObject(c).String())
}

// goesLater says what ends the Pods that hold a claim, and what can be done with its volume then.
func (p *releasePlanner) goesLater(h goingClaim) fact.Fact {
	claim, volume, why := drain.ClaimObject(h.claim), h.volume.Name, p.endOf(h.claim, h.pods)
	owner, recreates := p.recreates(h.claim)
	if p.req.Reserve {
		return fact.New("HeldClaimGoesUnreserved", "claim", claim, "volume", volume, "owner", owner, "why", why).Offering(fact.Plugin("release", "pv/"+volume).With("--reserve"))
	}
	back := fact.Plugin("reattach", volume)
	if recreates {
		back = back.With("--replace")
	}
	return fact.New("HeldClaimGoes", "claim", claim, "volume", volume, "owner", owner, "why", why).Offering(back)
}

// recreates is the StatefulSet that recreates a claim once it is gone.
func (p *releasePlanner) recreates(c *corev1.PersistentVolumeClaim) (owner string, recreates bool) {
	set, _, ok := p.ix.SetOfClaim(types.NamespacedName{Namespace: c.Namespace, Name: c.Name})
	if !ok || workload.OwnedByPod(c) {
		return "", false
	}
	return inspect.Owner{Kind: "StatefulSet", Name: set.Name}.String(), true
}

// heldToo blocks for the claims that Pods hold if something else blocks the Plan, which says then how their data is kept by hand.
func (p *releasePlanner) heldToo() {
	if len(p.plan.Blockers) == 0 {
		return
	}
	for _, h := range p.held {
		p.block(drain.BlockedInUse, "", p.heldBy(h.releasable, h.pods))
	}
}
