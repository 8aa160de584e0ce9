package retain

import (
	corev1 "k8s.io/api/core/v1"
)

func HasAnnotations(v *corev1.PersistentVolume, want map[string]string) bool {
	for key, value := range want {
		if v.Annotations[key] != value {
			return false
		}
	}
	return true
}
