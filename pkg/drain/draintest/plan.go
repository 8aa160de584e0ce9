package draintest

import (
	"math/rand/v2"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// Large gives a claim an annotation that hardly shrinks when it is compressed.
func Large(c *corev1.PersistentVolumeClaim) {
	random := rand.New(rand.NewPCG(3, 4))
	noise := make([]byte, 250<<10)
	for i := range noise {
		noise[i] = byte(' ' + random.IntN(90))
	}
	c.Annotations["note"] = string(noise)
}

// WhenDeleted lets the claims of a set be deleted with it.
func WhenDeleted(s *appsv1.StatefulSet) *appsv1.StatefulSet {
	s.Spec.PersistentVolumeClaimRetentionPolicy = &appsv1.StatefulSetPersistentVolumeClaimRetentionPolicy{WhenDeleted: appsv1.DeletePersistentVolumeClaimRetentionPolicyType}
	return s
}

// Young lets a Pod be an hour old.
func Young(p *corev1.Pod) { p.CreationTimestamp = Ago(time.Hour) }
