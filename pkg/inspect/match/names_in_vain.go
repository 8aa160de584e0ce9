package match

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// NamesInVain reports whether the volume that a claim names is none that it can ever have, and says why: there is none of that name, or it is
// another claim's or reserved for one, or the volume controller refuses it. The claim waits for ever, or is Lost, and another volume helps it
// only if it is recreated: its spec.volumeName cannot be changed. Of volumes that could not be read that is not known. One that counts as bound and
// names no volume is as badly off: the volume controller makes it Lost (controller/volume/persistentvolume: syncBoundClaim).
func NamesInVain(ix *inspect.Index, c *corev1.PersistentVolumeClaim) (why fact.Fact, inVain bool) {
	if markedBound(c) {
		return fact.New("ClaimMarkedBound", "annotation", volumehelpers.AnnBindCompleted), true
	}
	if _, blind := ix.Gap(inspect.PersistentVolumes); blind || c.Spec.VolumeName == "" {
		return fact.Fact{}, false
	}
	v := ix.Volume(c.Spec.VolumeName)
	switch {
	case v == nil:
		return fact.New("NamedVolumeMissing"), true
	case volumehelpers.IsVolumeBoundToClaim(v, c):
		return fact.Fact{}, false
	case v.Spec.ClaimRef != nil:
		ref := v.Spec.ClaimRef
		return fact.New("NamedVolumeOfClaim", "claim", ref.Namespace+"/"+ref.Name, "phase", v.Status.Phase, "uid", ref.UID), true
	case inspect.FullyBound(c): // the volume controller names the claim on it (controller/volume/persistentvolume: syncBoundClaim)
		return fact.Fact{}, false
	}
	return mismatch(ix, v, c)
}

// markedBound reports whether a claim counts as bound, and names no volume.
func markedBound(c *corev1.PersistentVolumeClaim) bool {
	return c.Spec.VolumeName == "" && metav1.HasAnnotation(c.ObjectMeta, volumehelpers.AnnBindCompleted)
}

// mismatch says what a claim asks for otherwise than a volume has that names no claim and that it names itself, so that the volume controller does
// not bind the two (controller/volume/persistentvolume: syncUnboundClaim, checkVolumeSatisfyClaim). Labels do not matter there.
func mismatch(ix *inspect.Index, v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) (why fact.Fact, differ bool) {
	asked := ix.WithDefaultClass(c).DeepCopy()
	asked.Spec.Selector = nil
	m, err := NewMatcher(ix, asked)
	if err != nil {
		return fact.Fact{}, false
	}
	_, unread := ix.Gap(inspect.StorageClasses)
	unknown := unread && !volumehelpers.PersistentVolumeClaimHasClass(c) // it gets the default class, if there is one
	verdict := m.Explain(v, true, "")
	at := slices.IndexFunc(verdict.Fails, func(code inspect.VolumeCode) bool {
		return code != inspect.NotAvailable && code != inspect.Terminating && !(code == inspect.ClassMismatch && unknown)
	})
	if at < 0 {
		return fact.Fact{}, false
	}
	return verdict.FactOf(verdict.Fails[at]), true
}
