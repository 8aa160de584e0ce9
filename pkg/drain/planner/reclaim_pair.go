package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// A volume whose claim is gone goes back to the claim of that namespace and name that waits for a volume, or is still to be created.
// All volumes of a request are paired before any is planned: what one claim is to get is nothing that others may be given, and no
// volume is opened to any claim before each of the others has been reserved for its own.

// pairUp finds the partners of volumes, by the volumes' names.
func (p *reclaimPlanner) pairUp(volumes []*corev1.PersistentVolume) {
	p.pairs, p.served = map[string]partner{}, map[types.NamespacedName]bool{}
	if p.req.Wait || p.req.For != nil || p.req.Unreserve {
		return
	}
	for _, v := range volumes {
		if own := p.waitsFor(v, p.leaves(v)); own.claim.Name != "" && own.by != "" {
			p.pairs[v.Name] = own
		}
	}
	for _, v := range volumes {
		if own, ok := p.pairs[v.Name]; ok && !p.isOut(v.Name) && p.refusal(v) == nil {
			p.served[types.NamespacedName{Namespace: own.claim.Namespace, Name: own.claim.Name}] = true
		}
	}
}

// leaves is the claim that is to have its data on a volume again if it needs that: the one that had the volume and is gone, or, while that is
// reserved for a claim which has another volume, the one whose data is recorded. It is empty if there is none. On a wiped volume nobody has
// any; a claim that names it gets it by that.
func (p *reclaimPlanner) leaves(v *corev1.PersistentVolume) drain.Object {
	switch ref := v.Spec.ClaimRef; {
	case leftByClaim(v):
		claim := drain.Object{Kind: drain.KindClaim, Namespace: ref.Namespace, Name: ref.Name}
		if c := p.ix.Claim(ref.Namespace, ref.Name); p.wiped(v) && (c == nil || c.Spec.VolumeName != v.Name) {
			return drain.Object{}
		}
		return claim
	case v.Status.Phase == corev1.VolumeAvailable && p.pointless(v):
		if owner, kept := match.DataUnderReservation(p.ix, v); kept {
			return ownerObject(owner)
		}
	}
	return drain.Object{}
}

// unpaired refuses a volume that is not to go to any claim, since its own waits, and cannot be reserved for that one either.
func (p *reclaimPlanner) unpaired(v *corev1.PersistentVolume) *drain.Blocker {
	own, ok := p.pairs[v.Name]
	if !ok {
		return nil
	}
	if b := p.homeMissing(v); b != nil {
		return b
	}
	if why := p.whyNot(v, own.claim); !why.IsZero() {
		return &drain.Blocker{Code: drain.BlockedNoFit, Reason: fact.New("OwnClaimCannotBind", "volume", v.Name, "claim", own.claim, "why", why).
			Offering(fact.Plugin("reclaim", v.Name).With("--keep-data", "--for", "NAMESPACE/NAME", acceptForeign, v.Name))}
	}
	if why := p.apart(v, own.claim); !why.IsZero() {
		return &drain.Blocker{Code: drain.BlockedNowhere, Reason: why}
	}
	if twins := p.twins(v); len(twins) > 0 {
		return &drain.Blocker{Code: drain.BlockedAnother, Reason: fact.New("SeveralVolumesOfClaim", "volume", v.Name, "claim", own.claim, "volumes", twins).
			Offering(fact.Plugin("reattach", v.Name))}
	}
	return nil
}

// twins are the other volumes that the partner of a volume could be meant to get: those of the same request that a claim of that
// name left, those that are reserved for it, and the one that it counts on.
func (p *reclaimPlanner) twins(v *corev1.PersistentVolume) []string {
	var names []string
	claim := p.pairs[v.Name].claim
	c := p.ix.Claim(claim.Namespace, claim.Name)
	for _, other := range p.ix.LocalVolumes() {
		ref := other.Spec.ClaimRef
		if other.Name == v.Name || ref == nil || ref.Namespace != claim.Namespace || ref.Name != claim.Name {
			continue
		}
		if _, asked := p.pairs[other.Name]; asked || restored(c, other) || ref.UID == "" && other.Status.Phase == corev1.VolumeAvailable {
			names = append(names, other.Name)
		}
	}
	slices.Sort(names)
	return names
}
