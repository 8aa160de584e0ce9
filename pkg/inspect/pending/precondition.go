package pending

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/storage/ephemeral"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// precondition looks for what stops the scheduler before it looks at any Node, in its order
// (volumebinding/volume_binding.go: podHasPVCs, PreFilter). Six causes share the scheduler's one text "pod has
// unbound immediate PersistentVolumeClaims"; they are told apart here. ok is true if nothing stops it.
func precondition(ix *inspect.Index, pod *corev1.Pod, u evidence.ClaimUse) (f claimFinding, ok bool) {
	c := u.Claim
	switch {
	case c == nil && u.Ephemeral:
		return finding(inspect.EphemeralClaimNotCreated, fact.New("EphemeralClaimAwaited", "claim", u.Name)), false
	case c == nil:
		return claimNotFound(ix, pod, u.Name), false
	case c.Status.Phase == corev1.ClaimLost:
		return claimLost(ix, c), false
	case c.DeletionTimestamp != nil:
		return claimTerminating(ix, c), false
	case u.Ephemeral && ephemeral.VolumeIsForPod(pod, c) != nil:
		return finding(inspect.EphemeralClaimNotOwned, fact.New("ClaimOfAnotherOwner", "claim", u.Name, "pod", pod.Name)), false
	case inspect.FullyBound(c) || ix.Delayed(c):
		return claimFinding{}, true
	default:
		return unboundImmediate(ix, u), false
	}
}

// claimNotFound is about a name that no claim has, as far as was read.
func claimNotFound(ix *inspect.Index, pod *corev1.Pod, name string) claimFinding {
	if gap, ok := ix.Gap(inspect.PersistentVolumeClaims); ok {
		return finding(inspect.ClaimNotFound, fact.New("ClaimUnread", "claim", name, "why", gap.Fact()))
	}
	return finding(inspect.ClaimNotFound, claimAbsent(ix, pod, name))
}

// claimLost says what has become of a Lost claim's volume. Lost does not mean that data is gone: the volume may be
// somebody else's, or an earlier claim's of this name, and stays that; or it names no claim, or this one with its UID, and then the
// controller binds the two within seconds (controller/volume/persistentvolume: syncBoundClaim).
func claimLost(ix *inspect.Index, c *corev1.PersistentVolumeClaim) claimFinding {
	name := c.Spec.VolumeName
	v := ix.Volume(name)
	gap, blind := ix.Gap(inspect.PersistentVolumes)
	switch {
	case name == "":
		return finding(inspect.ClaimLost, fact.New("LostClaimNamesNoVolume", "claim", c.Name))
	case v == nil && blind:
		return finding(inspect.ClaimLost, fact.New("LostVolumeUnread", "claim", c.Name, "volume", name, "why", gap.Fact()))
	case v == nil:
		return finding(inspect.ClaimLost, fact.New("LostVolumeGone", "claim", c.Name, "volume", name))
	case evidence.Restored(c, v):
		return finding(inspect.ClaimLost, fact.New("LostVolumeOfEarlierSelf", "claim", c.Name, "volume", name, "phase", v.Status.Phase, "uid", v.Spec.ClaimRef.UID))
	case evidence.Misbound(ix, c, v):
		ref := v.Spec.ClaimRef
		return finding(inspect.ClaimLost, fact.New("LostVolumeClaimed", "claim", c.Name, "volume", name, "subject", ref.Namespace+"/"+ref.Name, "uid", ref.UID))
	}
	return finding(inspect.ClaimLost, fact.New("LostVolumeBack", "claim", c.Name, "volume", name))
}

// unboundImmediate tells apart why a claim that should be bound before its Pod is placed is not.
func unboundImmediate(ix *inspect.Index, u evidence.ClaimUse) claimFinding {
	c := u.Claim
	className := volumehelpers.GetPersistentVolumeClaimClass(c)
	if c.Spec.VolumeName != "" {
		return volumeNameUnbound(ix, u)
	}
	if className == "" {
		awaited := awaited(ix, u)
		if awaited.Code == codeNoVolumeOfClass {
			return finding(inspect.NoStorageClass, fact.New("NoVolumeWithoutClass", "claim", c.Name))
		}
		return finding(inspect.NoStorageClass, fact.New("ClaimWithoutClass", "claim", c.Name, "why", awaited))
	}
	class := ix.Class(className)
	if class == nil {
		if gap, ok := ix.Gap(inspect.StorageClasses); ok {
			return finding(inspect.ImmediateUnbound, fact.New("ClaimClassUnread", "claim", c.Name, "class", className, "why", gap.Fact()))
		}
		return finding(inspect.StorageClassNotFound, fact.New("ClaimClassAbsent", "claim", c.Name, "class", className))
	}
	if evidence.Provisioned(class) {
		return finding(inspect.AwaitingProvisioner, fact.New("ProvisionerAwaited", "claim", c.Name, "provisioner", class.Provisioner, "class", className, "waited", awaitedSince(ix, c)))
	}
	return finding(inspect.ImmediateUnbound, fact.New("ImmediateClaimUnbound", "claim", c.Name, "class", className, "why", awaited(ix, u)))
}

// volumeNameUnbound is about a claim that names its volume and has not got it.
func volumeNameUnbound(ix *inspect.Index, u evidence.ClaimUse) claimFinding {
	c := u.Claim
	v := ix.Volume(c.Spec.VolumeName)
	gap, blind := ix.Gap(inspect.PersistentVolumes)
	switch {
	case v == nil && blind:
		return finding(inspect.VolumeNameUnbound, fact.New("NamedVolumeUnread", "claim", c.Name, "volume", c.Spec.VolumeName, "why", gap.Fact()))
	case v == nil:
		return finding(inspect.VolumeNameUnbound, fact.New("NamedVolumeAbsent", "claim", c.Name, "volume", c.Spec.VolumeName))
	case v.Spec.ClaimRef != nil && !volumehelpers.IsVolumeBoundToClaim(v, c) && v.Spec.ClaimRef.Namespace == c.Namespace && v.Spec.ClaimRef.Name == c.Name:
		return finding(inspect.VolumeReservedElsewhere, fact.New("NamedVolumeOfEarlierSelf", "claim", c.Name, "volume", v.Name, "phase", v.Status.Phase))
	case v.Spec.ClaimRef != nil && !volumehelpers.IsVolumeBoundToClaim(v, c):
		return finding(inspect.VolumeReservedElsewhere, fact.New("NamedVolumeClaimed", "claim", c.Name, "volume", v.Name, "subject", v.Spec.ClaimRef.Namespace+"/"+v.Spec.ClaimRef.Name))
	}
	if u.Matcher == nil {
		return finding(inspect.VolumeNameUnbound, u.Invalid)
	}
	if vv := u.Matcher.Explain(v, true, ""); vv.Code != inspect.Match && vv.Code != inspect.NotChosen {
		return finding(inspect.VolumeNameUnbound, fact.New("NamedVolumeUnfit", "claim", c.Name, "volume", v.Name, "why", vv.Fact()))
	}
	return finding(inspect.VolumeNameUnbound, fact.New("NamedVolumeNotYetBound", "claim", c.Name, "volume", v.Name))
}

// awaitedSince tells how long a provisioner has been waited for, from the claim's own event.
func awaitedSince(ix *inspect.Index, c *corev1.PersistentVolumeClaim) fact.Fact {
	e := lastEvent(ix, "PersistentVolumeClaim", c.ObjectMeta, "ExternalProvisioning", "Provisioning")
	if e == nil {
		return fact.New("WaitedSinceClaim", "since", ix.Ago(c.CreationTimestamp.Time))
	}
	first := e.FirstTimestamp
	if first.IsZero() {
		first = eventTime(e)
	}
	return fact.New("WaitedSinceEvent", "since", ix.Ago(first.Time))
}
