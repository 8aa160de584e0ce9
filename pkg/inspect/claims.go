package inspect

import (
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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
func (ix *Index) claimUses(pod *corev1.Pod) []claimUse {
	var uses []claimUse
	seen := map[string]bool{}
	for i := range pod.Spec.Volumes {
		v := &pod.Spec.Volumes[i]
		name := claimName(pod, v)
		if name == "" || seen[name] {
			continue
		}
		seen[name] = true
		uses = append(uses, claimUse{name: name, ephemeral: v.Ephemeral != nil, claim: ix.Claim(pod.Namespace, name)})
	}
	return uses
}

// FullyBound reports whether the scheduler takes a claim as bound: it names a volume and the binding has been
// completed. The claim's phase does not count (volumebinding/binder.go: isPVCFullyBound).
func FullyBound(c *corev1.PersistentVolumeClaim) bool {
	return c.Spec.VolumeName != "" && metav1.HasAnnotation(c.ObjectMeta, volumehelpers.AnnBindCompleted)
}

// delayed reports whether a claim waits for its Pod to be placed (volumebinding/binder.go: GetPodVolumeClaims).
func (ix *Index) delayed(c *corev1.PersistentVolumeClaim) bool {
	class := ix.Class(volumehelpers.GetPersistentVolumeClaimClass(c))
	return c.Spec.VolumeName == "" && class != nil && waitsForConsumer(class)
}

func waitsForConsumer(class *storagev1.StorageClass) bool {
	return class.VolumeBindingMode != nil && *class.VolumeBindingMode == storagev1.VolumeBindingWaitForFirstConsumer
}

// provisioned reports whether somebody else than an admin makes the volumes of a class.
func provisioned(class *storagev1.StorageClass) bool {
	return class.Provisioner != "" && class.Provisioner != volumehelpers.NotSupportedProvisioner
}

// claimFinding is the code of a claim with what there is to say of it.
type claimFinding struct {
	code   ClaimCode
	reason fact.Fact
	// stops is set if the claim stops the scheduler before it looks at any Node.
	stops bool
}

func finding(code ClaimCode, reason fact.Fact) claimFinding {
	return claimFinding{code: code, reason: reason}
}

// precondition looks for what stops the scheduler before it looks at any Node, in its order
// (volumebinding/volume_binding.go: podHasPVCs, PreFilter). Six causes share the scheduler's one text "pod has
// unbound immediate PersistentVolumeClaims"; they are told apart here. ok is true if nothing stops it.
func (ix *Index) precondition(pod *corev1.Pod, u claimUse) (f claimFinding, ok bool) {
	c := u.claim
	switch {
	case c == nil && u.ephemeral:
		return finding(EphemeralClaimNotCreated, fact.New("EphemeralClaimAwaited", "claim", u.name)), false
	case c == nil:
		return ix.claimNotFound(pod.Namespace, u.name), false
	case c.Status.Phase == corev1.ClaimLost:
		return ix.claimLost(c), false
	case c.DeletionTimestamp != nil:
		return ix.claimTerminating(c), false
	case u.ephemeral && ephemeral.VolumeIsForPod(pod, c) != nil:
		return finding(EphemeralClaimNotOwned, fact.New("ClaimOfAnotherOwner", "claim", u.name, "pod", pod.Name)), false
	case FullyBound(c) || ix.delayed(c):
		return claimFinding{}, true
	default:
		return ix.unboundImmediate(c), false
	}
}

func (ix *Index) claimNotFound(namespace, name string) claimFinding {
	if gap, ok := ix.Gap(PersistentVolumeClaims); ok {
		return finding(ClaimNotFound, fact.New("ClaimUnread", "claim", name, "why", gap.Fact()))
	}
	return finding(ClaimNotFound, fact.New("ClaimAbsent", "claim", name, "namespace", namespace))
}

// claimLost says what has become of a Lost claim's volume. Lost does not mean that data is gone: the volume may be
// somebody else's, or have been recreated, and then the controller binds the two within seconds
// (controller/volume/persistentvolume: syncBoundClaim).
func (ix *Index) claimLost(c *corev1.PersistentVolumeClaim) claimFinding {
	name := c.Spec.VolumeName
	v := ix.Volume(name)
	gap, blind := ix.Gap(PersistentVolumes)
	switch {
	case name == "":
		return finding(ClaimLost, fact.New("LostClaimNamesNoVolume", "claim", c.Name))
	case v == nil && blind:
		return finding(ClaimLost, fact.New("LostVolumeUnread", "claim", c.Name, "volume", name, "why", gap.Fact()))
	case v == nil:
		return finding(ClaimLost, fact.New("LostVolumeGone", "claim", c.Name, "volume", name))
	case ix.misbound(c, v):
		ref := v.Spec.ClaimRef
		return finding(ClaimLost, fact.New("LostVolumeClaimed", "claim", c.Name, "volume", name, "subject", ref.Namespace+"/"+ref.Name, "uid", ref.UID))
	}
	return finding(ClaimLost, fact.New("LostVolumeBack", "claim", c.Name, "volume", name))
}

// misbound reports whether a claim names a volume that is another claim's.
func (ix *Index) misbound(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) bool {
	return v.Spec.ClaimRef != nil && ix.ClaimOf(v) != c
}

// claimTerminating says who keeps a claim that is being deleted: every Pod with a node that names it, whatever
// its phase (controller/volume/pvcprotection).
func (ix *Index) claimTerminating(c *corev1.PersistentVolumeClaim) claimFinding {
	var holders []fact.Fact
	for _, p := range ix.Consumers(c.Namespace, c.Name) {
		if p.Spec.NodeName != "" {
			holders = append(holders, fact.New("PodOnNode", "pod", p.Name, "node", p.Spec.NodeName))
		}
	}
	since := ix.ago(c.DeletionTimestamp.Time)
	if len(holders) == 0 {
		return finding(ClaimTerminating, fact.New("TerminatingClaimUnheld", "claim", c.Name, "since", since, "finalizers", c.Finalizers))
	}
	return finding(ClaimTerminating, fact.New("TerminatingClaimHeld", "claim", c.Name, "since", since, "holders", holders))
}

// unboundImmediate tells apart why a claim that should be bound before its Pod is placed is not.
func (ix *Index) unboundImmediate(c *corev1.PersistentVolumeClaim) claimFinding {
	className := volumehelpers.GetPersistentVolumeClaimClass(c)
	if c.Spec.VolumeName != "" {
		return ix.volumeNameUnbound(c)
	}
	if className == "" {
		awaited := ix.awaited(c)
		if awaited.Code == codeNoVolumeOfClass {
			return finding(NoStorageClass, fact.New("NoVolumeWithoutClass", "claim", c.Name))
		}
		return finding(NoStorageClass, fact.New("ClaimWithoutClass", "claim", c.Name, "why", awaited))
	}
	class := ix.Class(className)
	if class == nil {
		if gap, ok := ix.Gap(StorageClasses); ok {
			return finding(ImmediateUnbound, fact.New("ClaimClassUnread", "claim", c.Name, "class", className, "why", gap.Fact()))
		}
		return finding(StorageClassNotFound, fact.New("ClaimClassAbsent", "claim", c.Name, "class", className))
	}
	if provisioned(class) {
		return finding(AwaitingProvisioner, fact.New("ProvisionerAwaited", "claim", c.Name, "provisioner", class.Provisioner, "class", className, "waited", ix.awaitedSince(c)))
	}
	return finding(ImmediateUnbound, fact.New("ImmediateClaimUnbound", "claim", c.Name, "class", className, "why", ix.awaited(c)))
}

func (ix *Index) volumeNameUnbound(c *corev1.PersistentVolumeClaim) claimFinding {
	v := ix.Volume(c.Spec.VolumeName)
	gap, blind := ix.Gap(PersistentVolumes)
	switch {
	case v == nil && blind:
		return finding(VolumeNameUnbound, fact.New("NamedVolumeUnread", "claim", c.Name, "volume", c.Spec.VolumeName, "why", gap.Fact()))
	case v == nil:
		return finding(VolumeNameUnbound, fact.New("NamedVolumeAbsent", "claim", c.Name, "volume", c.Spec.VolumeName))
	case v.Spec.ClaimRef != nil && !volumehelpers.IsVolumeBoundToClaim(v, c):
		return finding(VolumeReservedElsewhere, fact.New("NamedVolumeClaimed", "claim", c.Name, "volume", v.Name, "subject", v.Spec.ClaimRef.Namespace+"/"+v.Spec.ClaimRef.Name))
	}
	m, err := NewMatcher(ix, c)
	if err != nil {
		return finding(VolumeNameUnbound, SelectorFact(err))
	}
	if vv := m.Explain(v, true, ""); vv.Code != Match && vv.Code != NotChosen {
		return finding(VolumeNameUnbound, fact.New("NamedVolumeUnfit", "claim", c.Name, "volume", v.Name, "why", vv.Fact()))
	}
	return finding(VolumeNameUnbound, fact.New("NamedVolumeNotYetBound", "claim", c.Name, "volume", v.Name))
}
