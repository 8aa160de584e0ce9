package e2e

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

// varyVolumes gives a Pod one of the ways to have a claim.
func (w *world) varyVolumes(pod *corev1.Pod, i int) {
	add := func(claim *corev1.PersistentVolumeClaim) {
		w.claims = append(w.claims, claim)
		mount(pod, claim.Name)
	}
	switch w.random.IntN(14) {
	case 0, 1, 2: // one claim that waits
		add(w.delayedClaim(fmt.Sprintf("data-%d", i), 5+5*w.random.IntN(14)))
	case 3, 4: // two of different sizes
		size := 5 + 5*w.random.IntN(8)
		add(w.delayedClaim(fmt.Sprintf("data-%d", i), size))
		add(w.delayedClaim(fmt.Sprintf("log-%d", i), size+2))
	case 5, 6: // a bound one, perhaps in use or being deleted
		mount(pod, fmt.Sprintf("bound-%d", w.random.IntN(6)))
	case 7: // a bound one and one that waits
		mount(pod, fmt.Sprintf("bound-%d", w.random.IntN(6)))
		add(w.delayedClaim(fmt.Sprintf("data-%d", i), 5+5*w.random.IntN(8)))
	case 8:
		add(w.claim(fmt.Sprintf("data-%d", i), immediate, 5+5*w.random.IntN(14)))
	case 9:
		add(w.claim(fmt.Sprintf("data-%d", i), pick(w, crowded, elsewhere), 50))
	case 10: // the scheduler's note of an earlier attempt
		claim := w.delayedClaim(fmt.Sprintf("data-%d", i), 10)
		metav1.SetMetaDataAnnotation(&claim.ObjectMeta, "volume.kubernetes.io/selected-node", pick(w, w.nodes...).Name)
		add(claim)
	case 11: // generic ephemeral
		w.addEphemeral(pod)
	case 12: // a claim that is broken by itself
		add(w.brokenClaim(fmt.Sprintf("data-%d", i)))
	default:
		mount(pod, "absent")
	}
}

func (w *world) delayedClaim(name string, gib int) *corev1.PersistentVolumeClaim {
	claim := w.claim(name, delayed, gib)
	if w.chance(25) {
		claim.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{"media": pick(w, "ssd", "hdd", "tape")}}
	}
	if w.chance(10) {
		claim.Spec.VolumeMode = ptr.To(corev1.PersistentVolumeBlock)
	}
	if w.chance(10) {
		claim.Spec.AccessModes = []corev1.PersistentVolumeAccessMode{corev1.ReadWriteMany}
	}
	return claim
}

func (w *world) brokenClaim(name string) *corev1.PersistentVolumeClaim {
	claim := w.claim(name, delayed, 10)
	switch w.random.IntN(4) {
	case 0:
		claim.Spec.StorageClassName = ptr.To("")
	case 1:
		claim.Spec.StorageClassName = ptr.To(w.class("absent"))
	case 2: // names a volume that is not there
		claim.Spec.VolumeName = w.name + "-volume-absent"
	default: // Lost
		claim.Spec.VolumeName = w.name + "-volume-lost"
		metav1.SetMetaDataAnnotation(&claim.ObjectMeta, "pv.kubernetes.io/bind-completed", "yes")
	}
	return claim
}

// addEphemeral gives a Pod a volume whose claim is made for it alone.
func (w *world) addEphemeral(pod *corev1.Pod) {
	pod.Spec.Volumes = append(pod.Spec.Volumes, corev1.Volume{
		Name: "scratch",
		VolumeSource: corev1.VolumeSource{Ephemeral: &corev1.EphemeralVolumeSource{VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{
			Spec: corev1.PersistentVolumeClaimSpec{
				StorageClassName: ptr.To(w.class(delayed)),
				AccessModes:      []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
				Resources: corev1.VolumeResourceRequirements{
					Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(pick(w, "15Gi", "30Gi", "200Gi"))},
				},
			},
		}}},
	})
}
