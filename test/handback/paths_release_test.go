package handback

import (
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

func releasePaths() []path {
	return []path{
		{Name: "release-claim", Lay: func(s *live.Scene) {
			s.Volume("a", "node-0")
			s.BoundClaim("data", "a", notes(map[string]string{"example.com/keep": "this"}))
		}, Args: line("release", "pvc/data"), Check: savedData},

		{Name: "release-volume", Lay: func(s *live.Scene) { // of a member that was scaled away, whose set deletes claims
			s.Volume("a", "node-0")
			s.StatefulSet("db", 1, whenDeleted)
			s.WaitStatefulSet("db")
			s.Volume("b", "node-1")
			s.Scale("db", 2)
			s.Scale("db", 0)
		}, Args: onVolume("a", "release", "pv/%s")},

		{Name: "release-reserve", Lay: func(s *live.Scene) {
			s.Volume("a", "node-0")
			s.BoundClaim("data", "a")
		}, Args: line("release", "pvc/data", "--reserve"), Settle: untilVolumes(corev1.VolumeAvailable, "a"), Check: reservedFor("a", "data")},

		{Name: "release-several", Lay: func(s *live.Scene) {
			s.Volume("a", "node-0")
			s.Volume("b", "node-1", retained)
			s.BoundClaim("one", "a")
			s.BoundClaim("two", "b")
		}, Args: line("release", "pvc/one", "pvc/two")},

		{Name: "release-large", Lay: func(s *live.Scene) { // the manifest is packed
			s.Volume("a", "node-0")
			s.BoundClaim("data", "a", notes(map[string]string{"example.com/long": strings.Repeat("all work and no play ", 2000)}))
		}, Args: line("release", "pvc/data"), Check: savedData},

		{Name: "release-clean", Loses: true, Again: []int{2}, Lay: func(s *live.Scene) {
			s.Provisioner("node-0")
			s.Volume("a", "node-0", s.Provisioned("node-0"))
			s.BoundClaim("data", "a")
		}, Args: line("release", "pvc/data", "--clean"), Settle: untilVolumes(corev1.VolumeAvailable, "a")},

		{Name: "release-waiting", Again: []int{3}, Lay: func(s *live.Scene) { // a Pod waits, so the claim is recreated at once
			s.Volume("a", "node-0")
			s.BoundClaim("data-db-0", "a")
			s.Volume("b", "node-1")
			s.StatefulSet("db", 1, func(set *appsv1.StatefulSet) {
				set.Spec.Template.Spec.NodeSelector = map[string]string{corev1.LabelHostname: "node-1"}
			})
			s.WaitPod("db-0", controlplane.PodPending)
		}, Args: line("release", "pvc/data-db-0"), Finish: onVolume("a", "release", "pv/%s"), Settle: func(s *live.Scene) { s.WaitStatefulSet("db") }, Check: runsOn("db-0", "node-1", "b")},
	}
}

// line is a command line that needs no names of the scene.
func line(args ...string) func(*live.Scene) []string {
	return func(*live.Scene) []string { return append([]string(nil), args...) }
}

// onVolume is a command line in which %s stands for the full name of a volume.
func onVolume(short string, args ...string) func(*live.Scene) []string {
	return func(s *live.Scene) []string {
		var out []string
		for _, arg := range args {
			out = append(out, strings.ReplaceAll(arg, "%s", s.VolumeName(short)))
		}
		return out
	}
}

func notes(annotations map[string]string) func(*corev1.PersistentVolumeClaim) {
	return func(c *corev1.PersistentVolumeClaim) {
		c.Annotations, c.Labels = annotations, map[string]string{"app": "shop"}
	}
}

func retained(v *corev1.PersistentVolume) {
	v.Spec.PersistentVolumeReclaimPolicy = corev1.PersistentVolumeReclaimRetain
}

func whenDeleted(set *appsv1.StatefulSet) {
	set.Spec.PersistentVolumeClaimRetentionPolicy = &appsv1.StatefulSetPersistentVolumeClaimRetentionPolicy{
		WhenDeleted: appsv1.DeletePersistentVolumeClaimRetentionPolicyType, WhenScaled: appsv1.RetainPersistentVolumeClaimRetentionPolicyType,
	}
}

func untilVolumes(phase corev1.PersistentVolumePhase, volumes ...string) func(*live.Scene) {
	return func(s *live.Scene) {
		for _, v := range volumes {
			s.WaitVolume(v, controlplane.VolumePhase(phase))
		}
	}
}

// savedData wants volume a Released, kept, and with the manifest of claim data, which it was released from.
func savedData(t *testing.T, s *live.Scene) {
	t.Helper()
	v := s.GetVolume("a")
	saved, err := retain.RecordedClaim(v)
	switch {
	case err != nil:
		t.Error(err)
	case v.Status.Phase != corev1.VolumeReleased || v.Spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimRetain:
		t.Errorf("volume a is %s with policy %s", v.Status.Phase, v.Spec.PersistentVolumeReclaimPolicy)
	case saved == nil || saved.Name != "data" || saved.Namespace != s.Name || saved.UID != v.Spec.ClaimRef.UID || saved.Labels["app"] != "shop":
		t.Errorf("claim data was saved as %v", saved)
	}
}

// reservedFor wants a volume Available and kept for a claim by name, whichever is next.
func reservedFor(short, claim string) func(*testing.T, *live.Scene) {
	return func(t *testing.T, s *live.Scene) {
		t.Helper()
		s.WaitVolume(short, controlplane.VolumePhase(corev1.VolumeAvailable))
		if ref := s.GetVolume(short).Spec.ClaimRef; ref == nil || ref.Name != claim || ref.Namespace != s.Name || ref.UID != "" {
			t.Errorf("volume %s is kept for %v", short, ref)
		}
	}
}

// runsOn wants a Pod to run on a Node with its one claim bound to a volume, both sides.
func runsOn(pod, node, short string) func(*testing.T, *live.Scene) {
	return func(t *testing.T, s *live.Scene) {
		t.Helper()
		p := s.WaitPod(pod, controlplane.PodReady)
		bound := s.WaitClaim(p.Spec.Volumes[0].PersistentVolumeClaim.ClaimName, controlplane.ClaimPhase(corev1.ClaimBound))
		v := s.GetVolume(short)
		if p.Spec.NodeName != node || bound.Spec.VolumeName != v.Name || v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID != bound.UID || v.Status.Phase != corev1.VolumeBound {
			t.Errorf("Pod %s runs on %s, its claim is bound to %s, and volume %s is %s with claim %v", pod, p.Spec.NodeName, bound.Spec.VolumeName, short, v.Status.Phase, v.Spec.ClaimRef)
		}
	}
}
