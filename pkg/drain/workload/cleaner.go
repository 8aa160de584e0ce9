package workload

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"
)

// StaticProvisioner is how the sig-storage local static provisioner calls itself: with the name and, unless it is told
// not to, the UID of its Node.
const StaticProvisioner = "local-volume-provisioner"

// ExternalCleaner returns the external provisioner of a volume, empty if the volume has none. Names of kubernetes.io
// stand for the volume controller's own plugins.
func ExternalCleaner(v *corev1.PersistentVolume) string {
	by := v.Annotations[volumehelpers.AnnDynamicallyProvisioned]
	if strings.HasPrefix(by, "kubernetes.io/") {
		return ""
	}
	return by
}

func Ready(p *corev1.Pod) bool {
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.Status == corev1.ConditionTrue && p.Status.Phase == corev1.PodRunning
		}
	}
	return false
}
