package placement

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	volumehelpers "k8s.io/component-helpers/storage/volume"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Claims that wait for no Pod: their class binds at once, or there is no such class, or they ask for none. The scheduler's filters refuse a Pod
// as long as such a claim is not bound. But it is recreated when its place is reserved, and the volume controller binds it to what is
// reserved for it as soon as it is there; its Pod follows (controller/volume/persistentvolume: syncUnboundClaim). So the filters are shown
// classes that wait, of which no name can be a real one, and the volumes with them.

// waitingClass is what a class is called that waits in place of one that does not.
func waitingClass(class string) string { return "waits/" + class }

// atOnce finds the claims to come that wait for no Pod, and lets them and the volumes that they could get wait.
func (a *vacated) atOnce(s *inspect.Snapshot) {
	classes := map[string]bool{}
	for i, c := range s.Claims {
		if !a.toCome[types.NamespacedName{Namespace: c.Namespace, Name: c.Name}] || c.Spec.VolumeName != "" || a.Index.Delayed(c) {
			continue
		}
		class := volumehelpers.GetPersistentVolumeClaimClass(c)
		s.Claims[i] = c.DeepCopy()
		s.Claims[i].Spec.StorageClassName = ptr.To(waitingClass(class))
		delete(s.Claims[i].Annotations, corev1.BetaStorageClassAnnotation)
		if !classes[class] {
			classes[class] = true
			s.Classes = append(slices.Clip(s.Classes), &storagev1.StorageClass{
				ObjectMeta: metav1.ObjectMeta{Name: waitingClass(class)}, Provisioner: volumehelpers.NotSupportedProvisioner,
				VolumeBindingMode: ptr.To(storagev1.VolumeBindingWaitForFirstConsumer),
			})
		}
	}
	a.real = map[string]*corev1.PersistentVolume{}
	for i, v := range s.Volumes {
		if class := volumehelpers.GetPersistentVolumeClass(v); classes[class] && v.Status.Phase != corev1.VolumeBound {
			a.real[v.Name], s.Volumes[i] = v, v.DeepCopy()
			s.Volumes[i].Spec.StorageClassName = waitingClass(class)
			delete(s.Volumes[i].Annotations, corev1.BetaStorageClassAnnotation)
		}
	}
}

// realOf is a volume as it is, of its own class.
func (s *search) realOf(v *corev1.PersistentVolume) *corev1.PersistentVolume {
	if own := s.real[v.Name]; own != nil {
		return own
	}
	return v
}
