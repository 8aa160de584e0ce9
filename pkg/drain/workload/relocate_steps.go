package workload

import (
	corev1 "k8s.io/api/core/v1"
)

// VolumeFor is the volume that a claim of the member is to have, nil if none is known.
func (m *Member) VolumeFor(c Claim) *corev1.PersistentVolume {
	if m.Place == nil {
		return nil
	}
	return m.Place.Volumes[c.Manifest.Name]
}
