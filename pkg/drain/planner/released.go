package planner

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// What release, reclaim and reattach have in common about volumes whose claims are gone.

// stillUsed refuses if the claim that had the volume is still there, or a Pod may still use the disk.
func (p *planner) stillUsed(v *corev1.PersistentVolume) *drain.Blocker {
	ref := v.Spec.ClaimRef
	current := p.ix.Claim(ref.Namespace, ref.Name)
	if current != nil && current.UID == ref.UID {
		return &drain.Blocker{Code: drain.BlockedPhase, Reason: fact.New("VolumeClaimExists", "volume", v.Name, "phase", v.Status.Phase, "claim", drain.RefObject(ref)).
			Offering(fact.Plugin("release", "pvc/"+ref.Name).In(ref.Namespace))}
	}
	if pods := disk.ClaimUsers(v, current, p.ix.Consumers(ref.Namespace, ref.Name), p.homeNames(v)); len(pods) > 0 {
		other, has := p.namesake(drain.RefObject(ref))
		return &drain.Blocker{Code: drain.BlockedInUse, Reason: fact.New("ReleasedVolumeMayBeInUse", "volume", v.Name, "other", other, "has", has,
			"why", workload.InUse(ref.Namespace, ref.Name, pods, p.ix.OwnerOf))}
	}
	return nil
}

// namesake tells of the claim that has the name of one which is gone: its phase, and the volume that it names. Both are empty if there is none.
func (p *planner) namesake(gone drain.Object) (phase, volume string) {
	c := p.ix.Claim(gone.Namespace, gone.Name)
	if c == nil || c.UID == gone.UID {
		return "", ""
	}
	return string(workload.ClaimPhase(c)), c.Spec.VolumeName
}

// claimGone says that a claim is gone, which is not to say that there is none of its name.
func (p *planner) claimGone(claim drain.Object) fact.Fact {
	other, has := p.namesake(claim)
	return fact.New("WhyClaimGone", "claim", claim, "other", other, "has", has)
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

// freeing are the parameters for a change of the claimRef of a volume whose claim is gone.
func freeing(v *corev1.PersistentVolume, c drain.Object, home []string) drain.FreeParameters {
	return drain.FreeParameters{
		Pair: pair(v, c), Home: home, Phases: []corev1.PersistentVolumePhase{corev1.VolumeReleased, corev1.VolumeFailed},
	}
}

// nextPolicy says that a volume still has another policy than before its release.
func (p *planner) nextPolicy(v *corev1.PersistentVolume) {
	if original := v.Annotations[retain.AnnOriginalPolicy]; original != "" && original != string(v.Spec.PersistentVolumeReclaimPolicy) {
		p.next(fact.New("PolicyStillChanged", "volume", v.Name, "want", original, "have", v.Spec.PersistentVolumeReclaimPolicy))
	}
}

// since is when a volume came into its phase.
func since(v *corev1.PersistentVolume) metav1.Time {
	return ptr.Deref(v.Status.LastPhaseTransitionTime, metav1.Time{})
}
