package workload

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// ClaimPhase is the phase of a claim; one that no controller has seen yet is Pending.
func ClaimPhase(c *corev1.PersistentVolumeClaim) corev1.PersistentVolumeClaimPhase {
	if c.Status.Phase == "" {
		return corev1.ClaimPending
	}
	return c.Status.Phase
}

// ForeignFinalizers are those of a claim that the Kubernetes controllers do not remove by themselves.
func ForeignFinalizers(c *corev1.PersistentVolumeClaim) []string {
	return slices.DeleteFunc(slices.Clone(c.Finalizers), func(f string) bool { return strings.HasPrefix(f, "kubernetes.io/") })
}
