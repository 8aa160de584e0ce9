package handback

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

func reclaimPaths() []path {
	return []path{
		{name: "reclaim-open", set: func(s *live.Scene) { released(s, "a", "data", retained) },
			args: onVolume("a", "reclaim", "%s", "--keep-data")},

		{name: "reclaim-failed", set: func(s *live.Scene) { released(s, "a", "data") }, // Delete, and nobody to do it
			args: onVolume("a", "reclaim", "%s", "--keep-data")},

		{name: "reclaim-for", set: func(s *live.Scene) {
			released(s, "a", "data", retained)
			s.Claim("heir")
		}, args: onVolume("a", "reclaim", "%s", "--keep-data", "--for", "heir"), settled: untilBound("heir", "a")},

		{name: "reclaim-awaited", again: []int{3}, set: func(s *live.Scene) { // a Pod has been waiting for such a volume
			released(s, "a", "data", retained)
			s.Claim("heir")
			s.Pod("web", "heir")
			s.WaitPod("web", controlplane.PodPending)
		}, args: onVolume("a", "reclaim", "%s", "--keep-data"),
			settled: func(s *live.Scene) { s.WaitPod("web", controlplane.PodReady) }, check: runsOn("web", "node-0", "a")},

		{name: "reclaim-recreated", again: []int{3}, set: func(s *live.Scene) { // somebody recreated the claim, which got nothing
			released(s, "a", "data", retained)
			s.Claim("data", func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = s.VolumeName("a") })
			s.WaitClaim("data", controlplane.ClaimPhase(corev1.ClaimPending))
		}, args: onVolume("a", "reclaim", "%s", "--keep-data"), settled: untilBound("data", "a")},

		{name: "reclaim-several", set: func(s *live.Scene) {
			released(s, "a", "one", retained)
			released(s, "b", "two")
		}, args: func(s *live.Scene) []string {
			return []string{"reclaim", s.VolumeName("a"), s.VolumeName("b"), "--keep-data"}
		}},

		{name: "reclaim-selected", set: func(s *live.Scene) {
			released(s, "a", "one", retained)
			released(s, "b", "two")
			s.Volume("c", "node-2")
			s.BoundClaim("three", "c")
		}, args: func(s *live.Scene) []string {
			return []string{"reclaim", "--released", "--class", s.Name, "--keep-data"}
		}},

		{name: "reclaim-wait", loses: true, set: func(s *live.Scene) {
			s.Volume("a", "node-0", s.Provisioned("node-0"))
			s.BoundClaim("data", "a")
			deleteClaim(s, "data")
			s.WaitVolume("a", controlplane.VolumePhase(corev1.VolumeReleased))
			s.Provisioner("node-0")
		}, args: onVolume("a", "reclaim", "%s", "--wait"), settled: untilVolumes(corev1.VolumeAvailable, "a")},
	}
}

// released makes a volume whose claim somebody has deleted, without this program.
func released(s *live.Scene, short, claim string, change ...func(*corev1.PersistentVolume)) {
	v := s.Volume(short, map[string]string{"a": "node-0", "b": "node-1"}[short], change...)
	s.BoundClaim(claim, short)
	deleteClaim(s, claim)
	phase := corev1.VolumeReleased
	if v.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimDelete {
		phase = corev1.VolumeFailed
	}
	s.WaitVolume(short, controlplane.VolumePhase(phase))
}

// deleteClaim deletes a claim as anybody may, and waits until it is gone.
func deleteClaim(s *live.Scene, name string) {
	c := s.WaitClaim(name, func(c *corev1.PersistentVolumeClaim) (bool, string) { return c != nil, "it does not exist" })
	if err := lab.Client().CoreV1().PersistentVolumeClaims(s.Name).Delete(s.Context(), name, metav1.DeleteOptions{}); err != nil {
		s.Fail(err)
	}
	s.WaitClaim(name, controlplane.Gone[*corev1.PersistentVolumeClaim](c.UID))
	s.Forget(c.UID)
}

// untilBound waits until claim and volume have each other.
func untilBound(claim, short string) func(*live.Scene) {
	return func(s *live.Scene) {
		c := s.WaitClaim(claim, controlplane.ClaimPhase(corev1.ClaimBound))
		s.WaitVolume(short, func(v *corev1.PersistentVolume) (bool, string) {
			if v == nil {
				return false, "it does not exist"
			}
			return v.Status.Phase == corev1.VolumeBound && v.Spec.ClaimRef.UID == c.UID && c.Spec.VolumeName == v.Name, "it is bound to another"
		})
	}
}
