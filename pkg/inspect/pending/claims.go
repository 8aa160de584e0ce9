package pending

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/component-helpers/storage/ephemeral"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// claimUse is one claim as a Pod uses it.
type claimUse struct {
	name      string
	ephemeral bool
	claim     *corev1.PersistentVolumeClaim // nil: there is none of that name
}

// claimUses are the claims of a Pod in the order of its volumes, each once.
func claimUses(ix *inspect.Index, pod *corev1.Pod) []claimUse {
	var uses []claimUse
	seen := map[string]bool{}
	for i := range pod.Spec.Volumes {
		v := &pod.Spec.Volumes[i]
		name := inspect.ClaimName(pod, v)
		if name == "" || seen[name] {
			continue
		}
		seen[name] = true
		uses = append(uses, claimUse{name: name, ephemeral: v.Ephemeral != nil, claim: ix.Claim(pod.Namespace, name)})
	}
	return uses
}

// provisioned reports whether somebody else than an admin makes the volumes of a class.
func provisioned(class *storagev1.StorageClass) bool {
	return class.Provisioner != "" && class.Provisioner != volumehelpers.NotSupportedProvisioner
}

// claimFinding is the code of a claim with what there is to say of it.
type claimFinding struct {
	code   inspect.ClaimCode
	reason fact.Fact
	// stops is set if the claim stops the scheduler before it looks at any Node.
	stops bool
}

func finding(code inspect.ClaimCode, reason fact.Fact) claimFinding {
	return claimFinding{code: code, reason: reason}
}

// precondition looks for what stops the scheduler before it looks at any Node, in its order
// (volumebinding/volume_binding.go: podHasPVCs, PreFilter). Six causes share the scheduler's one text "pod has
// unbound immediate PersistentVolumeClaims"; they are told apart here. ok is true if nothing stops it.
func precondition(ix *inspect.Index, pod *corev1.Pod, u claimUse) (f claimFinding, ok bool) {
	c := u.claim
	switch {
	case c == nil && u.ephemeral:
		return finding(inspect.EphemeralClaimNotCreated, fact.New("EphemeralClaimAwaited", "claim", u.name)), false
	case c == nil:
		return claimNotFound(ix, pod.Namespace, u.name), false
	case c.Status.Phase == corev1.ClaimLost:
		return claimLost(ix, c), false
	case c.DeletionTimestamp != nil:
		return claimTerminating(ix, c), false
	case u.ephemeral && ephemeral.VolumeIsForPod(pod, c) != nil:
		return finding(inspect.EphemeralClaimNotOwned, fact.New("ClaimOfAnotherOwner", "claim", u.name, "pod", pod.Name)), false
	case inspect.FullyBound(c) || ix.Delayed(c):
		return claimFinding{}, true
	default:
		return unboundImmediate(ix, c), false
	}
}

func claimNotFound(ix *inspect.Index, namespace, name string) claimFinding {
	if gap, ok := ix.Gap(inspect.PersistentVolumeClaims); ok {
		return finding(inspect.ClaimNotFound, fact.New("ClaimUnread", "claim", name, "why", gap.Fact()))
	}
	return finding(inspect.ClaimNotFound, fact.New("ClaimAbsent", "claim", name, "namespace", namespace))
}

// claimLost says what has become of a Lost claim's volume. Lost does not mean that data is gone: the volume may be
// somebody else's, or have been recreated, and then the controller binds the two within seconds
// (controller/volume/persistentvolume: syncBoundClaim).
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
	case misbound(ix, c, v):
		ref := v.Spec.ClaimRef
		return finding(inspect.ClaimLost, fact.New("LostVolumeClaimed", "claim", c.Name, "volume", name, "subject", ref.Namespace+"/"+ref.Name, "uid", ref.UID))
	}
	return finding(inspect.ClaimLost, fact.New("LostVolumeBack", "claim", c.Name, "volume", name))
}

// misbound reports whether a claim names a volume that is another claim's.
func misbound(ix *inspect.Index, c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) bool {
	return v.Spec.ClaimRef != nil && ix.ClaimOf(v) != c
}

// claimTerminating says who keeps a claim that is being deleted: every Pod with a node that names it, whatever
// its phase (controller/volume/pvcprotection).
func claimTerminating(ix *inspect.Index, c *corev1.PersistentVolumeClaim) claimFinding {
	var holders []fact.Fact
	for _, p := range ix.Consumers(c.Namespace, c.Name) {
		if p.Spec.NodeName != "" {
			holders = append(holders, fact.New("PodOnNode", "pod", p.Name, "node", p.Spec.NodeName))
		}
	}
	since := ix.Ago(c.DeletionTimestamp.Time)
	if len(holders) == 0 {
		return finding(inspect.ClaimTerminating, fact.New("TerminatingClaimUnheld", "claim", c.Name, "since", since, "finalizers", c.Finalizers))
	}
	return finding(inspect.ClaimTerminating, fact.New("TerminatingClaimHeld", "claim", c.Name, "since", since, "holders", holders))
}

// unboundImmediate tells apart why a claim that should be bound before its Pod is placed is not.
func unboundImmediate(ix *inspect.Index, c *corev1.PersistentVolumeClaim) claimFinding {
	className := volumehelpers.GetPersistentVolumeClaimClass(c)
	if c.Spec.VolumeName != "" {
		return volumeNameUnbound(ix, c)
	}
	if className == "" {
		awaited := awaited(ix, c)
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
	if provisioned(class) {
		return finding(inspect.AwaitingProvisioner, fact.New("ProvisionerAwaited", "claim", c.Name, "provisioner", class.Provisioner, "class", className, "waited", awaitedSince(ix, c)))
	}
	return finding(inspect.ImmediateUnbound, fact.New("ImmediateClaimUnbound", "claim", c.Name, "class", className, "why", awaited(ix, c)))
}

func volumeNameUnbound(ix *inspect.Index, c *corev1.PersistentVolumeClaim) claimFinding {
	v := ix.Volume(c.Spec.VolumeName)
	gap, blind := ix.Gap(inspect.PersistentVolumes)
	switch {
	case v == nil && blind:
		return finding(inspect.VolumeNameUnbound, fact.New("NamedVolumeUnread", "claim", c.Name, "volume", c.Spec.VolumeName, "why", gap.Fact()))
	case v == nil:
		return finding(inspect.VolumeNameUnbound, fact.New("NamedVolumeAbsent", "claim", c.Name, "volume", c.Spec.VolumeName))
	case v.Spec.ClaimRef != nil && !volumehelpers.IsVolumeBoundToClaim(v, c):
		return finding(inspect.VolumeReservedElsewhere, fact.New("NamedVolumeClaimed", "claim", c.Name, "volume", v.Name, "subject", v.Spec.ClaimRef.Namespace+"/"+v.Spec.ClaimRef.Name))
	}
	m, err := match.NewMatcher(ix, c)
	if err != nil {
		return finding(inspect.VolumeNameUnbound, match.SelectorFact(err))
	}
	if vv := m.Explain(v, true, ""); vv.Code != inspect.Match && vv.Code != inspect.NotChosen {
		return finding(inspect.VolumeNameUnbound, fact.New("NamedVolumeUnfit", "claim", c.Name, "volume", v.Name, "why", vv.Fact()))
	}
	return finding(inspect.VolumeNameUnbound, fact.New("NamedVolumeNotYetBound", "claim", c.Name, "volume", v.Name))
}
