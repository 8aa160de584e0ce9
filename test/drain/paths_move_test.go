package drain

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

func movePaths() []path {
	move := func(more ...string) []string { return append([]string{"--move-claims"}, more...) }
	return []path{
		{name: "move-member", args: move(), set: func(s *live.Scene) { // and a Pod without claims
			database(s, []string{old, "a", "b"})
			free(s, "c")
			runner(s, "web", 1)
		}, settled: func(s *live.Scene) { s.WaitStatefulSet("db"); runs(s, "web", 1) }},

		{name: "move-members-in-order", args: move(), set: func(s *live.Scene) { // two of one owner, with two claims each
			database(s, []string{old, old, "a"}, inOrder, withLogs(s))
			free(s, "b", "c")
			s.Volume("small-b", s.VolumeName("b"), smallVolume)
			s.Volume("small-c", s.VolumeName("c"), smallVolume)
		}, settled: ready},

		{name: "move-members-apart", args: move("--accept-data-loss", "%s/data-db-0"), set: func(s *live.Scene) { // the naive order leaves no place for one
			database(s, []string{old, "a"}, apart)
			free(s, "a", "b")
		}, settled: ready},

		{name: "move-deployment", args: move("--accept-data-loss", "%s/data"), set: func(s *live.Scene) {
			tied(s, "data", "data", old)
			s.Deployment("web", "data")
			runs(s, "web", 1)
			free(s, "b")
		}, settled: func(s *live.Scene) { runs(s, "web", 1) }},

		{name: "move-bare", args: move("--force", "--accept-data-loss", "%s/data"), set: func(s *live.Scene) {
			tied(s, "data", "data", old)
			s.Pod("tool", "data")
			s.WaitPod("tool", controlplane.PodReady)
			free(s, "b")
		}, settled: func(s *live.Scene) {
			s.WaitClaim("data", controlplane.ClaimPhase(corev1.ClaimBound))
		}, check: func(t *testing.T, s *live.Scene) {
			t.Helper()
			if volume(t, s, s.VolumeName("data")).Annotations[retain.AnnDeletedPod] == "" {
				t.Error("the manifest of Pod tool is nowhere")
			}
		}},

		{name: "move-waiting", args: move(), set: func(s *live.Scene) { // a member that waits for the cordoned node
			database(s, []string{old, "a", "b"})
			cordon(s, old, true)
			evicted := s.WaitPod("db-0", controlplane.PodReady)
			deletePod(s, "db-0")
			s.WaitPod("db-0", func(p *corev1.Pod) (bool, string) {
				pending, state := controlplane.PodPending(p)
				return pending && p.UID != evicted.UID, state
			})
			free(s, "c")
		}, settled: ready},

		{name: "move-nowhere", args: move("--allow-pending"), nowhere: true, set: func(s *live.Scene) {
			database(s, []string{old, "a", "b"})
		}, settled: func(s *live.Scene) {
			s.WaitClaim("data-db-0", controlplane.ClaimPhase(corev1.ClaimPending))
			waitsForOld(s)
		}},

		{name: "move-ephemeral", args: move(), set: func(s *live.Scene) { // only the Pod is evicted
			s.Volume("scratch", s.VolumeName(old))
			runner(s, "web", 1, func(template *corev1.PodTemplateSpec) {
				template.Spec.Volumes = []corev1.Volume{{Name: "scratch", VolumeSource: corev1.VolumeSource{Ephemeral: &corev1.EphemeralVolumeSource{
					VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{Spec: s.NewClaim("").Spec}}}}}
			})
			free(s, "a")
		}, loses: true, settled: func(s *live.Scene) {
			runs(s, "web", 1)
			s.WaitVolume("scratch", controlplane.VolumePhase(corev1.VolumeFailed))
		}},

		{name: "move-lonely", args: move(), set: func(s *live.Scene) { // a claim without a Pod is left alone
			tied(s, "lonely", "lonely", old)
			runner(s, "web", 1)
		}, settled: func(s *live.Scene) { runs(s, "web", 1) }, check: func(t *testing.T, s *live.Scene) {
			t.Helper()
			if v := volume(t, s, s.VolumeName("lonely")); v.Status.Phase != corev1.VolumeBound || v.Annotations[retain.AnnReleasedClaim] != "" {
				t.Errorf("volume lonely is %s, %v", v.Status.Phase, v.Annotations)
			}
		}},

		{name: "move-clean", args: move("--clean", "--ignore-daemonsets"), loses: true, set: func(s *live.Scene) {
			s.Provisioner(s.VolumeName(old))
			tied(s, "data-db-0", "data-0", old, s.Provisioned(s.VolumeName(old)))
			tied(s, "data-db-1", "data-1", "a")
			tied(s, "data-db-2", "data-2", "b")
			s.StatefulSet("db", 3)
			s.WaitStatefulSet("db")
			free(s, "c")
		}, settled: func(s *live.Scene) {
			s.WaitStatefulSet("db")
			s.WaitVolume("data-0", controlplane.VolumePhase(corev1.VolumeAvailable))
		}},
	}
}

func ready(s *live.Scene) { s.WaitStatefulSet("db") }
