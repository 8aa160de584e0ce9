package retain

import (
	corev1 "k8s.io/api/core/v1"
)

func Retained(v *corev1.PersistentVolume) bool {
	return v.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimRetain
}
