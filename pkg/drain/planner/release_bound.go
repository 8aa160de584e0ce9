package planner

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// bound checks that claim and volume have each other, and that the claim may go.
func (p *releasePlanner) bound(f releasable) bool {
	v, c := f.volume, f.claim
	before, claim := len(p.plan.Blockers), drain.ClaimObject(c)
	ref := v.Spec.ClaimRef
	switch owner := metav1.GetControllerOf(c); {
	case owner != nil && owner.Kind == drain.KindPod && !p.keepsHeld(f):
		p.block(drain.BlockedEphemeral, "", p.ephemeral(f, owner.Name))
		return false
	case ref == nil || ref.UID != c.UID || c.Spec.VolumeName != v.Name:
		p.block(drain.BlockedMisbound, "", p.keepsEarlier(c, misbound(v, c)))
	case c.Status.Phase == corev1.ClaimLost:
		p.block(drain.BlockedLost, "", fact.New("ClaimLostWithVolume", "claim", claim, "volume", v.Name).
			Offering(fact.Kubectl("describe", "pvc", c.Name).In(c.Namespace)))
	case v.DeletionTimestamp != nil:
		p.block(drain.BlockedTerminating, "", fact.New("TerminatingVolumeOfClaim", "volume", v.Name, "claim", claim))
	}
	pods := p.holdersOf(c)
	switch {
	case len(pods) == 0:
	case len(p.plan.Blockers) == before && p.keepsHeld(f):
		p.keepHeld(goingClaim{f, pods})
		return false
	default:
		p.block(drain.BlockedInUse, "", p.heldBy(f, pods))
	}
	return len(p.plan.Blockers) == before
}

// misbound says how a claim and a volume do not agree.
func misbound(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) fact.Fact {
	claim, ref := drain.ClaimObject(c), v.Spec.ClaimRef
	switch {
	case halfBound(v, c):
		return aboutToBind(v, c)
	case c.Spec.VolumeName == "":
		return fact.New("ClaimNamesNoVolume", "claim", claim, "volume", v.Name)
	case c.Spec.VolumeName != v.Name:
		return fact.New("ClaimBoundElsewhere", "claim", claim, "volume", v.Name, "have", c.Spec.VolumeName).
			Offering(fact.Plugin("release", "pvc/"+c.Name).In(c.Namespace))
	case ref == nil:
		return fact.New("ClaimNotNamedBack", "claim", claim, "volume", v.Name)
	default:
		return fact.New("VolumeOfAnotherClaim", "claim", claim, "volume", v.Name, "have", drain.RefObject(ref), "uid", ref.UID)
	}
}

// warnAbout says what will happen around a claim that goes.
func (p *releasePlanner) warnAbout(c *corev1.PersistentVolumeClaim) {
	claim := drain.ClaimObject(c)
	p.warnOfHeldClaim(c)
	p.namesVolume(c)
	for _, ref := range c.OwnerReferences {
		if sts := p.statefulSet(c.Namespace, ref); sts && ref.Kind == "StatefulSet" {
			p.warn(fact.New("ClaimDeletedWithSet", "claim", claim, "set", ref.Name))
		} else {
			p.warn(fact.New("ClaimHasOwner", "claim", claim, "owner", ownerOf(ref)))
		}
	}
	consumers := p.ix.Consumers(c.Namespace, c.Name)
	if set, ordinal, ok := p.ix.SetOfClaim(types.NamespacedName{Namespace: c.Namespace, Name: c.Name}); ok && len(consumers) == 0 && !p.req.Reserve {
		p.warn(fact.New("SetRecreatesReleased", "claim", claim, "set", set.Name, "pod", workload.MemberName(set, ordinal)))
	}
	for _, pod := range consumers {
		if pod.Spec.NodeName != "" {
			continue
		}
		switch o := p.ix.OwnerOf(pod); {
		case o.Kind != "StatefulSet":
			p.warn(fact.New("PodWaits", "pod", drain.PodObject(pod)))
		case p.req.Reserve:
			p.warn(fact.New("PodOfSetGetsVolume", "pod", drain.PodObject(pod), "owner", o, "volume", c.Spec.VolumeName))
		default:
			p.warn(fact.New("PodOfSetWaits", "pod", drain.PodObject(pod), "owner", o))
		}
	}
}

// ownerOf is who an owner reference names.
func ownerOf(ref metav1.OwnerReference) inspect.Owner {
	return inspect.Owner{APIVersion: ref.APIVersion, Kind: ref.Kind, Name: ref.Name, UID: ref.UID}
}

// statefulSet reports whether an owner is a StatefulSet that deletes its claims with itself.
func (p *releasePlanner) statefulSet(namespace string, ref metav1.OwnerReference) bool {
	return slices.ContainsFunc(p.ix.StatefulSets, func(s *appsv1.StatefulSet) bool {
		policy := s.Spec.PersistentVolumeClaimRetentionPolicy
		return s.Namespace == namespace && s.UID == ref.UID && policy != nil && policy.WhenDeleted == appsv1.DeletePersistentVolumeClaimRetentionPolicyType
	})
}
