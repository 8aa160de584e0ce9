package evidence

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// ClaimUse is one claim as a Pod uses it.
type ClaimUse struct {
	Name string
	// Ephemeral is set for the claim of a generic ephemeral volume, which a controller creates from the Pod.
	Ephemeral bool
	// Claim is nil if there is none of that name.
	Claim *corev1.PersistentVolumeClaim
	// Matcher serves an unbound claim by itself. It is nil if the claim's selector is invalid, which Invalid tells then.
	Matcher *match.Matcher
	Invalid fact.Fact
	// Earlier are the volumes with the claim's own data, which an earlier claim of its name left, the last first.
	Earlier []match.Earlier
}

// Returnable are those of the volumes with the claim's own data that it can be given back, as far as nothing keeps them.
func (u ClaimUse) Returnable(ix *inspect.Index) []match.Earlier {
	return slices.DeleteFunc(slices.Clone(u.Earlier), func(e match.Earlier) bool { return e.Code != match.Fits || !Reachable(ix, e) })
}

// Promised are Returnable, and those that the claim can be given back once something else has been done.
func (u ClaimUse) Promised(ix *inspect.Index) []match.Earlier {
	return slices.DeleteFunc(slices.Clone(u.Earlier), func(e match.Earlier) bool {
		return e.Code != match.Fits && e.Code != match.NotYet || !Reachable(ix, e)
	})
}

// Reachable reports whether a volume with a claim's own data can be given back to a claim that can be bound to it: its home is known and
// there, and the claim that had it is surely gone.
func Reachable(ix *inspect.Index, e match.Earlier) bool {
	return e.InReach() && ix.HomeOf(e.Volume).State != inspect.HomeUnknown && Abandoned(ix, e.Volume)
}

// Abandoned reports whether the claim that had a volume is surely gone, no Pod may still use the disk, and nobody else is going to
// clean the volume. A volume that names no claim is, and one that is reserved for a claim which has another.
func Abandoned(ix *inspect.Index, v *corev1.PersistentVolume) bool {
	if _, gap := ix.Gap(inspect.PersistentVolumeClaims); gap {
		return false
	}
	if _, gap := ix.Gap(inspect.Pods); gap {
		return false
	}
	ref := v.Spec.ClaimRef
	if ref == nil || match.ReservedInVain(ix, v) {
		return true // nobody has had it since it was reserved
	}
	if by := v.Annotations[volumehelpers.AnnDynamicallyProvisioned]; by != "" && !strings.HasPrefix(by, "kubernetes.io/") &&
		v.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimDelete {
		return false
	}
	c := ix.ClaimOf(v)
	return (c == nil || Restored(c, v)) && len(disk.Users(ix, v)) == 0
}

// claimUses are the claims of a Pod in the order of its volumes, each once.
func claimUses(ix *inspect.Index, pod *corev1.Pod) []ClaimUse {
	var uses []ClaimUse
	seen := map[string]bool{}
	for i := range pod.Spec.Volumes {
		v := &pod.Spec.Volumes[i]
		name := inspect.ClaimName(pod, v)
		if name == "" || seen[name] {
			continue
		}
		seen[name] = true
		uses = append(uses, newClaimUse(ix, name, v.Ephemeral != nil, ix.Claim(pod.Namespace, name)))
	}
	return uses
}

// newClaimUse reads what an unbound claim asks for.
func newClaimUse(ix *inspect.Index, name string, ephemeral bool, claim *corev1.PersistentVolumeClaim) ClaimUse {
	u := ClaimUse{Name: name, Ephemeral: ephemeral, Claim: claim}
	if claim != nil && !ephemeral {
		u.Earlier = match.EarlierOf(ix, claim)
	}
	if !u.Unbound() {
		return u
	}
	m, err := match.NewMatcher(ix, claim)
	if err != nil {
		u.Invalid = match.SelectorFact(err)
		return u
	}
	u.Matcher = m
	return u
}

// Unbound tells a claim that exists and has no volume yet.
func (u ClaimUse) Unbound() bool { return u.Claim != nil && !inspect.FullyBound(u.Claim) }

// HandedOver tells an unbound claim that the scheduler has handed to a provisioner: by the annotation
// volume.kubernetes.io/selected-node, with which no existing volume is tried for it any more (volumebinding/binder.go:
// FindPodVolumes).
func (u ClaimUse) HandedOver() bool {
	return u.Unbound() && metav1.HasAnnotation(u.Claim.ObjectMeta, volumehelpers.AnnSelectedNode)
}

// Provisioned reports whether somebody else than an admin makes the volumes of a class (volumebinding/binder.go:
// checkVolumeProvisions).
func Provisioned(class *storagev1.StorageClass) bool {
	return class.Provisioner != "" && class.Provisioner != volumehelpers.NotSupportedProvisioner
}

// Misbound reports whether a claim names a volume that is another claim's.
func Misbound(ix *inspect.Index, c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) bool {
	return v.Spec.ClaimRef != nil && ix.ClaimOf(v) != c
}

// Restored reports whether a claim counts as bound to a volume that names an earlier claim of its namespace and name, or the name
// without a UID: it was created from a manifest that has the marks of the earlier binding. The volume controller calls it Lost until
// the volume names it with its UID (controller/volume/persistentvolume: syncBoundClaim).
func Restored(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) bool {
	ref := v.Spec.ClaimRef
	return inspect.FullyBound(c) && c.Spec.VolumeName == v.Name && ref != nil && ref.Namespace == c.Namespace && ref.Name == c.Name && ref.UID != c.UID
}
