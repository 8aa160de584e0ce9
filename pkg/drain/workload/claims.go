package workload

import (
	"slices"
	"strings"
)

func ClaimPhase(c *corev1.PersistentVolumeClaim) corev1.PersistentVolumeClaimPhase {
	if c.Status.Phase == "" {
		return corev1.ClaimPending
	}
	return c.Status.Phase
}

// ForeignFinalizers are those that the Kubernetes controllers do not take away by themselves.
func ForeignFinalizers(c *corev1.PersistentVolumeClaim) []string {
	return slices.DeleteFunc(slices.Clone(c.Finalizers), func(f string) bool { return strings.HasPrefix(f, "kubernetes.io/") })
}
