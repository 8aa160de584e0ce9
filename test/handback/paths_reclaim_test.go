package handback

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

func reclaimPaths() []path {
	return []path{
		{Name: "reclaim-open", Lay: func(s *live.Scene) { released(s, "a", "data", retained) },
			Args: onVolume("a", "reclaim", "%s", "--keep-data")},

		{Name: "reclaim-failed", Lay: func(s *live.Scene) { released(s, "a", "data") }, // Delete, and nobody to do it
			Args: onVolume("a", "reclaim", "%s", "--keep-data")},

		{Name: "reclaim-for", Lay: func(s *live.Scene) {
			s.GivesAway("a")
			released(s, "a", "data", retained)
			s.Claim("heir")
		}, Args: onVolume("a", "reclaim", "%s", "--keep-data", "--for", "heir", "--accept-foreign-data", "%s"), Settle: untilBound("heir", "a")},

		{Name: "reclaim-awaited", Again: []int{3}, Lay: func(s *live.Scene) { // a Pod has been waiting for such a volume
			s.GivesAway("a")
			released(s, "a", "data", retained)
			s.Claim("heir")
			s.Pod("web", "heir")
			s.WaitPod("web", controlplane.PodPending)
		}, Args: onVolume("a", "reclaim", "%s", "--keep-data", "--accept-foreign-data", "%s"),
			Settle: func(s *live.Scene) { s.WaitPod("web", controlplane.PodReady) }, Check: runsOn("web", "node-0", "a")},

		{Name: "reclaim-recreated", Again: []int{3}, Lay: func(s *live.Scene) { // somebody recreated the claim, which got nothing
			released(s, "a", "data", retained)
			s.Claim("data", func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = s.VolumeName("a") })
			s.WaitClaim("data", controlplane.ClaimPhase(corev1.ClaimPending))
		}, Args: onVolume("a", "reclaim", "%s", "--keep-data"), Settle: untilBound("data", "a")},

		{Name: "reclaim-several", Lay: func(s *live.Scene) {
			released(s, "a", "one", retained)
			released(s, "b", "two")
		}, Args: func(s *live.Scene) []string {
			return []string{"reclaim", s.VolumeName("a"), s.VolumeName("b"), "--keep-data"}
		}},

		{Name: "reclaim-selected", Lay: func(s *live.Scene) {
			released(s, "a", "one", retained)
			released(s, "b", "two")
			s.Volume("c", "node-2")
			s.BoundClaim("three", "c")
		}, Args: func(s *live.Scene) []string {
			return []string{"reclaim", "--released", "--class", s.Name, "--keep-data"}
		}},

		{Name: "reclaim-wait", Loses: true, Lay: func(s *live.Scene) {
			s.Volume("a", "node-0", s.Provisioned("node-0"))
			s.BoundClaim("data", "a")
			deleteClaim(s, "data")
			s.WaitVolume("a", controlplane.VolumePhase(corev1.VolumeReleased))
			s.Provisioner("node-0")
		}, Args: onVolume("a", "reclaim", "%s", "--wait"), Settle: untilVolumes(corev1.VolumeAvailable, "a")},
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
	if err := cluster.Client().CoreV1().PersistentVolumeClaims(s.Name).Delete(s.Context(), name, metav1.DeleteOptions{}); err != nil {
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
