package live

import (
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// GetVolume is a volume of the scene as it is now.
func (s *Scene) GetVolume(short string) *corev1.PersistentVolume {
	s.t.Helper()
	v, err := s.client().CoreV1().PersistentVolumes().Get(s.Context(), s.VolumeName(short), metav1.GetOptions{})
	s.must(err)
	return v
}

// Volumes are the volumes of the scene as they are now.
func (s *Scene) Volumes() []corev1.PersistentVolume {
	s.t.Helper()
	all, err := s.ListVolumes(s.Context())
	s.must(err)
	return all
}

// Pods are the Pods of the scene as they are now.
func (s *Scene) Pods() []corev1.Pod {
	s.t.Helper()
	list, err := s.client().CoreV1().Pods(s.Name).List(s.Context(), metav1.ListOptions{})
	s.must(err)
	return list.Items
}

// Names reports whether a Pod names a claim.
func Names(p *corev1.Pod, claim string) bool {
	return slices.ContainsFunc(p.Spec.Volumes, func(v corev1.Volume) bool {
		return v.PersistentVolumeClaim != nil && v.PersistentVolumeClaim.ClaimName == claim
	})
}

// UsedOn wants all Pods that name a claim to be Ready on a Node, at least one. A Pod that has ended well, or that the test lets
// wait, need not be Ready.
func (s *Scene) UsedOn(claim, node string) {
	s.t.Helper()
	used := 0
	for _, p := range s.Pods() {
		if !Names(&p, claim) {
			continue
		}
		used++
		_, waits := p.Annotations[controlplane.WaitingAnnotation]
		if ready, state := controlplane.PodReady(&p); p.Spec.NodeName != node || !ready && p.Status.Phase != corev1.PodSucceeded && !waits {
			s.t.Errorf("%s: Pod %s was planned for %s and is on %q: %s", s.Name, p.Name, node, p.Spec.NodeName, state)
		}
	}
	if used == 0 {
		s.t.Errorf("%s: no Pod uses claim %s", s.Name, claim)
	}
}

// Bystanders are the versions of what nothing may happen to: the scene's class, and the volumes, claims, Pods and Deployments
// whose name has "bystander" in it.
func (s *Scene) Bystanders() string {
	s.t.Helper()
	objects, err := s.objects(s.Context())
	s.must(err)
	var b strings.Builder
	for _, o := range objects {
		watched := strings.Contains(o.GetName(), "bystander")
		switch o.(type) {
		case *storagev1.StorageClass:
			watched = true
		case *corev1.PersistentVolume, *corev1.PersistentVolumeClaim, *corev1.Pod, *appsv1.Deployment:
		default: // controllers write how far they have got when they get to it
			watched = false
		}
		if watched {
			fmt.Fprintf(&b, "%T %s %s\n", o, o.GetName(), o.GetResourceVersion())
		}
	}
	return b.String()
}
