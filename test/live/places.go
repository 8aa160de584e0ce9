package live

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ListVolumes are the volumes of the scene, for an Invariant.
func (s *Scene) ListVolumes(ctx context.Context) ([]corev1.PersistentVolume, error) {
	list, err := s.client().CoreV1().PersistentVolumes().List(ctx, metav1.ListOptions{LabelSelector: sceneLabel + "=" + s.Name})
	if err != nil {
		return nil, fmt.Errorf("the volumes cannot be looked at: %w", err)
	}
	return list.Items, nil
}

// Reserved is the one of the volumes that is reserved for a claim, nil if none is.
func (s *Scene) Reserved(volumes []corev1.PersistentVolume, claim string) *corev1.PersistentVolume {
	for i := range volumes {
		v := &volumes[i]
		ref := v.Spec.ClaimRef
		if ref != nil && ref.Namespace == s.Name && ref.Name == claim && ref.UID == "" && v.Status.Phase == corev1.VolumeAvailable {
			return v
		}
	}
	return nil
}

// Unused is wrong if a Pod that has a node names the claim.
func (s *Scene) Unused(ctx context.Context, claim string) error {
	pods, err := s.client().CoreV1().Pods(s.Name).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for i := range pods.Items {
		if p := &pods.Items[i]; p.Spec.NodeName != "" && Names(p, claim) {
			return fmt.Errorf("claim %s is deleted while Pod %s is on %s", claim, p.Name, p.Spec.NodeName)
		}
	}
	return nil
}
