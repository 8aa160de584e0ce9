package live

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// settled returns all objects of the scene, once the volume controller has finished what it has begun: it binds a claim in four writes, and
// notices in its own time that a claim is gone.
func (s *Scene) settled() []object {
	s.t.Helper()
	objects, err := s.objects(s.Context())
	s.must(err)
	if !underWay(objects) {
		return objects
	}
	s.waitBindings()
	objects, err = s.objects(s.Context())
	s.must(err)
	return objects
}

// underWay reports whether the volume controller has something to finish.
func underWay(objects []object) bool {
	var volumes []corev1.PersistentVolume
	var claims []corev1.PersistentVolumeClaim
	for _, o := range objects {
		switch o := o.(type) {
		case *corev1.PersistentVolume:
			volumes = append(volumes, *o)
		case *corev1.PersistentVolumeClaim:
			claims = append(claims, *o)
		}
	}
	return slices.ContainsFunc(claims, func(c corev1.PersistentVolumeClaim) bool { return beingBound(&c, volumes) }) ||
		slices.ContainsFunc(volumes, func(v corev1.PersistentVolume) bool { return behind(&v, claims) })
}

// beingBound reports whether a claim is chosen by one of the volumes, and not bound yet.
func beingBound(c *corev1.PersistentVolumeClaim, volumes []corev1.PersistentVolume) bool {
	return c.Status.Phase == corev1.ClaimPending && slices.ContainsFunc(volumes, func(v corev1.PersistentVolume) bool { return has(&v, c) })
}

// behind reports whether a volume has not the phase that follows from the claims.
func behind(v *corev1.PersistentVolume, claims []corev1.PersistentVolumeClaim) bool {
	alive := slices.ContainsFunc(claims, func(c corev1.PersistentVolumeClaim) bool { return has(v, &c) })
	want := expectedPhase(v, alive)
	return want != "" && v.Status.Phase != want
}

func (s *Scene) waitBindings() {
	s.t.Helper()
	ctx, mine := s.Context(), metav1.ListOptions{LabelSelector: sceneLabel + "=" + s.Name}
	volumes, claims := s.client().CoreV1().PersistentVolumes(), s.client().CoreV1().PersistentVolumeClaims(s.Name)
	s.must(controlplane.WaitForAll(ctx, claims, "of "+s.Name, metav1.ListOptions{}, func(all []*corev1.PersistentVolumeClaim) (bool, string) {
		list, err := volumes.List(ctx, mine)
		if err != nil {
			return false, err.Error()
		}
		for _, c := range all {
			if beingBound(c, list.Items) {
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
			if behind(v, list.Items) {
				return false, fmt.Sprintf("%s is %s", v.Name, v.Status.Phase)
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
