package workload

import (
	corev1 "k8s.io/api/core/v1"
)

func ClaimPhase(c *corev1.PersistentVolumeClaim) corev1.PersistentVolumeClaimPhase {
	if c.Status.Phase == "" {
		return corev1.ClaimPending
	}
	return c.Status.Phase
}
