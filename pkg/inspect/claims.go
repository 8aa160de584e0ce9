package inspect

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/component-helpers/storage/ephemeral"
	volumehelpers "k8s.io/component-helpers/storage/volume"
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

// claimFinding is the code of a claim with the sentence that goes with it.
type claimFinding struct {
	code    ClaimCode
	message string
	// stops is set if the claim stops the scheduler before it looks at any Node.
	stops bool
}

func finding(code ClaimCode, format string, args ...any) claimFinding {
	return claimFinding{code: code, message: fmt.Sprintf(format, args...)}
}

// precondition looks for what stops the scheduler before it looks at any Node, in its order
// (volumebinding/volume_binding.go: podHasPVCs, PreFilter). Six causes share the scheduler's one text "pod has
// unbound immediate PersistentVolumeClaims"; they are told apart here. ok is true if nothing stops it.
func (ix *Index) precondition(pod *corev1.Pod, u claimUse) (f claimFinding, ok bool) {
	c := u.claim
	switch {
	case c == nil && u.ephemeral:
		return finding(EphemeralClaimNotCreated, "claim %s of a generic ephemeral volume has not been created yet", u.name), false
	case c == nil:
		return ix.claimNotFound(pod.Namespace, u.name), false
	case c.Status.Phase == corev1.ClaimLost:
		return ix.claimLost(c), false
	case c.DeletionTimestamp != nil:
		return ix.claimTerminating(c), false
	case u.ephemeral && ephemeral.VolumeIsForPod(pod, c) != nil:
		return finding(EphemeralClaimNotOwned, "claim %s exists and does not belong to Pod %s, which needs one of that name for its ephemeral volume", u.name, pod.Name), false
	case FullyBound(c) || ix.delayed(c):
		return claimFinding{}, true
	default:
		return ix.unboundImmediate(c), false
	}
}

func (ix *Index) claimNotFound(namespace, name string) claimFinding {
	if gap, ok := ix.Gap(PersistentVolumeClaims); ok {
		return finding(ClaimNotFound, "claim %s: %s", name, gap)
	}
	return finding(ClaimNotFound, "claim %s does not exist in namespace %s", name, namespace)
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
		return finding(ClaimLost, "claim %s is Lost: it is marked as bound and names no volume", c.Name)
	case v == nil && blind:
		return finding(ClaimLost, "claim %s is Lost, and whether its volume %s exists is %s", c.Name, name, gap)
	case v == nil:
		return finding(ClaimLost, "claim %s is Lost: its volume %s is gone", c.Name, name)
	case ix.misbound(c, v):
		return finding(ClaimLost, "claim %s is Lost: volume %s, which it names, belongs to %s", c.Name, name, claimRefText(v))
	}
	return finding(ClaimLost, "claim %s is Lost although volume %s exists: the volume controller binds the two again in a moment", c.Name, name)
}

// misbound reports whether a claim names a volume that is another claim's.
func (ix *Index) misbound(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) bool {
	return v.Spec.ClaimRef != nil && ix.ClaimOf(v) != c
}

// claimRefText names the claim that a volume belongs to, and tells it from another of the same name.
func claimRefText(v *corev1.PersistentVolume) string {
	ref := v.Spec.ClaimRef
	return fmt.Sprintf("%s/%s (uid %s)", ref.Namespace, ref.Name, orNone(string(ref.UID)))
}

// claimTerminating says who keeps a claim that is being deleted: every Pod with a node that names it, whatever
// its phase (controller/volume/pvcprotection).
func (ix *Index) claimTerminating(c *corev1.PersistentVolumeClaim) claimFinding {
	var holders []string
	for _, p := range ix.Consumers(c.Namespace, c.Name) {
		if p.Spec.NodeName != "" {
			holders = append(holders, fmt.Sprintf("%s on %s", p.Name, p.Spec.NodeName))
		}
	}
	since := ix.ago(c.DeletionTimestamp.Time)
	if len(holders) == 0 {
		return finding(ClaimTerminating, "claim %s is being deleted (%s), and no Pod with a node holds it; finalizers: %s", c.Name, since, listed(c.Finalizers))
	}
	return finding(ClaimTerminating, "claim %s is being deleted (%s) and held by Pod %s", c.Name, since, listed(holders))
}

// unboundImmediate tells apart why a claim that should be bound before its Pod is placed is not.
func (ix *Index) unboundImmediate(c *corev1.PersistentVolumeClaim) claimFinding {
	className := volumehelpers.GetPersistentVolumeClaimClass(c)
	if c.Spec.VolumeName != "" {
		return ix.volumeNameUnbound(c)
	}
	if className == "" {
		return finding(NoStorageClass, "claim %s has no storage class, so it waits for a volume without one: %s", c.Name, ix.awaitedText(c))
	}
	class := ix.Class(className)
	if class == nil {
		if gap, ok := ix.Gap(StorageClasses); ok {
			return finding(ImmediateUnbound, "claim %s is not bound, and its class %s is %s", c.Name, className, gap)
		}
		return finding(StorageClassNotFound, "claim %s names storage class %s, which does not exist", c.Name, className)
	}
	if provisioned(class) {
		return finding(AwaitingProvisioner, "claim %s waits for provisioner %s of class %s%s", c.Name, class.Provisioner, className, ix.awaitedSince(c))
	}
	return finding(ImmediateUnbound, "claim %s is not bound, though class %s binds at once: %s", c.Name, className, ix.awaitedText(c))
}

func (ix *Index) volumeNameUnbound(c *corev1.PersistentVolumeClaim) claimFinding {
	v := ix.Volume(c.Spec.VolumeName)
	gap, blind := ix.Gap(PersistentVolumes)
	switch {
	case v == nil && blind:
		return finding(VolumeNameUnbound, "claim %s names volume %s, and whether that exists is %s", c.Name, c.Spec.VolumeName, gap)
	case v == nil:
		return finding(VolumeNameUnbound, "claim %s names volume %s, which does not exist", c.Name, c.Spec.VolumeName)
	case v.Spec.ClaimRef != nil && !volumehelpers.IsVolumeBoundToClaim(v, c):
		return finding(VolumeReservedElsewhere, "claim %s names volume %s, which is claimed by %s/%s", c.Name, v.Name, v.Spec.ClaimRef.Namespace, v.Spec.ClaimRef.Name)
	}
	m, err := NewMatcher(ix, c)
	if err != nil {
		return finding(VolumeNameUnbound, "claim %s names volume %s: %v", c.Name, v.Name, err)
	}
	if vv := m.Explain(v, true, ""); vv.Code != Match && vv.Code != NotChosen {
		return finding(VolumeNameUnbound, "claim %s names volume %s, which does not fit it: %s", c.Name, v.Name, vv.Message())
	}
	return finding(VolumeNameUnbound, "claim %s names volume %s, and the two have not been bound yet", c.Name, v.Name)
}

func orNone(s string) string {
	if s == "" {
		return `""`
	}
	return s
}
