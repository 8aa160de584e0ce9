package live

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// WaitBindings waits until the volume controller has finished what it has begun: it binds a claim in four writes, and
// notices in its own time that a claim is gone.
func (s *Scene) WaitBindings() {
	s.t.Helper()
	ctx, mine := s.Context(), metav1.ListOptions{LabelSelector: sceneLabel + "=" + s.Name}
	volumes, claims := s.client().CoreV1().PersistentVolumes(), s.client().CoreV1().PersistentVolumeClaims(s.Name)
	s.must(controlplane.WaitForAll(ctx, claims, "of "+s.Name, metav1.ListOptions{}, func(all []*corev1.PersistentVolumeClaim) (bool, string) {
		list, err := volumes.List(ctx, mine)
		if err != nil {
			return false, err.Error()
		}
		for _, c := range all {
			if c.Status.Phase == corev1.ClaimPending && slices.ContainsFunc(list.Items, func(v corev1.PersistentVolume) bool { return has(&v, c) }) {
				return false, c.Name + " is being bound"
			}
		}
		return true, "all of them are bound, or nothing is under way"
	}))
	s.must(controlplane.WaitForAll(ctx, volumes, "of "+s.Name, mine, func(all []*corev1.PersistentVolume) (bool, string) {
		list, err := claims.List(ctx, metav1.ListOptions{})
		if err != nil {
			return false, err.Error()
		}
		for _, v := range all {
			alive := slices.ContainsFunc(list.Items, func(c corev1.PersistentVolumeClaim) bool { return has(v, &c) })
			if phase := v.Status.Phase; expectedPhase(v, alive) != "" && phase != expectedPhase(v, alive) {
				return false, fmt.Sprintf("%s is %s", v.Name, phase)
			}
		}
		return true, "all of them are as their claims are"
	}))
}

// has reports whether a volume belongs to a claim, this very one.
func has(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) bool {
	return v.Spec.ClaimRef != nil && v.Spec.ClaimRef.Name == c.Name && v.Spec.ClaimRef.Namespace == c.Namespace && v.Spec.ClaimRef.UID == c.UID
}

// expectedPhase is the phase that a volume will have, empty if nothing is known to be under way.
func expectedPhase(v *corev1.PersistentVolume, alive bool) corev1.PersistentVolumePhase {
	switch {
	case v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID == "":
		return corev1.VolumeAvailable
	case v.Status.Phase == corev1.VolumeBound && !alive:
		return corev1.VolumeReleased
	}
	return ""
}
