package workload

import (
	corev1 "k8s.io/api/core/v1"
)

// Place is where a member can land.
type Place struct {
	Node string
	// Volumes are those that its claims get, by the claims' names. A claim that is provisioned anew is not among them.
	Volumes map[string]*corev1.PersistentVolume
}

// Unplaced reports whether a member is to move and has no place.
func (m *Member) Unplaced() bool { return m.Place == nil && !m.Relocated && !m.Ephemeral }
