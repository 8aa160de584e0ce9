package drain

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

func movePaths() []path {
	move := func(more ...string) func(*live.Scene) []string {
		return draining(append([]string{"--move-claims"}, more...)...)
	}
	return []path{
		{Name: "move-member", Args: move(), Lay: func(s *live.Scene) { // and a Pod without claims
			database(s, []string{old, "a", "b"})
			free(s, "c")
			runner(s, "web", 1)
		}, Settle: func(s *live.Scene) { s.WaitStatefulSet("db"); runs(s, "web", 1) }},

		{Name: "move-members-in-order", Args: move(), Lay: func(s *live.Scene) { // two of one owner, with two claims each
			database(s, []string{old, old, "a"}, live.Ordered, withLogs(s))
			free(s, "b", "c")
			s.Volume("small-b", s.VolumeName("b"), smallVolume)
			s.Volume("small-c", s.VolumeName("c"), smallVolume)
		}, Settle: ready},

		{Name: "move-members-apart", Args: move("--accept-data-loss", "%s/data-db-0"), Lay: func(s *live.Scene) { // the naive order leaves no place for one
			s.Expendable("db")
			database(s, []string{old, "a"}, live.Apart)
			free(s, "a", "b")
		}, Settle: ready},

		{Name: "move-deployment", Args: move("--accept-data-loss", "%s/data"), Lay: func(s *live.Scene) {
			tied(s, "data", "data", old)
			s.Deployment("web", "data")
			runs(s, "web", 1)
			free(s, "b")
		}, Settle: func(s *live.Scene) { runs(s, "web", 1) }},

		{Name: "move-bare", Args: move("--force", "--accept-data-loss", "%s/data"), Lay: func(s *live.Scene) {
			tied(s, "data", "data", old)
			s.Pod("tool", "data")
			s.WaitPod("tool", controlplane.PodReady)
			free(s, "b")
		}, Settle: func(s *live.Scene) {
			s.WaitClaim("data", controlplane.ClaimPhase(corev1.ClaimBound))
		}, Check: func(t *testing.T, s *live.Scene) {
			t.Helper()
			if s.GetVolume("data").Annotations[retain.AnnDeletedPod] == "" {
				t.Error("the manifest of Pod tool is nowhere")
			}
		}},

		{Name: "move-waiting", Args: move(), Lay: func(s *live.Scene) { // a member that waits for the cordoned node
			database(s, []string{old, "a", "b"})
			cordon(s, old, true)
			evicted := s.WaitPod("db-0", controlplane.PodReady)
			deletePod(s, "db-0")
			s.WaitPod("db-0", func(p *corev1.Pod) (bool, string) {
				pending, state := controlplane.PodPending(p)
				return pending && p.UID != evicted.UID, state
			})
			free(s, "c")
		}, Settle: ready},

		{Name: "move-nowhere", Args: move("--allow-pending"), Pending: true, Lay: func(s *live.Scene) {
			database(s, []string{old, "a", "b"})
		}, Settle: func(s *live.Scene) {
			s.WaitClaim("data-db-0", controlplane.ClaimPhase(corev1.ClaimPending))
			waitsForOld(s)
		}},

		{Name: "move-ephemeral", Args: move(), Lay: func(s *live.Scene) { // only the Pod is evicted
			s.Volume("scratch", s.VolumeName(old))
			runner(s, "web", 1, func(template *corev1.PodTemplateSpec) {
				template.Spec.Volumes = []corev1.Volume{{Name: "scratch", VolumeSource: corev1.VolumeSource{Ephemeral: &corev1.EphemeralVolumeSource{
					VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{Spec: s.NewClaim("").Spec}}}}}
			})
			free(s, "a")
		}, Loses: true, Settle: func(s *live.Scene) {
			runs(s, "web", 1)
			s.WaitVolume("scratch", controlplane.VolumePhase(corev1.VolumeFailed))
		}},

		{Name: "move-lonely", Args: move(), Lay: func(s *live.Scene) { // a claim without a Pod is left alone
			tied(s, "lonely", "lonely", old)
			runner(s, "web", 1)
		}, Settle: func(s *live.Scene) { runs(s, "web", 1) }, Check: func(t *testing.T, s *live.Scene) {
			t.Helper()
			if v := s.GetVolume("lonely"); v.Status.Phase != corev1.VolumeBound || v.Annotations[retain.AnnReleasedClaim] != "" {
				t.Errorf("volume lonely is %s, %v", v.Status.Phase, v.Annotations)
			}
		}},

		{Name: "move-clean", Args: move("--clean", "--ignore-daemonsets"), Loses: true, Lay: func(s *live.Scene) {
			s.Provisioner(s.VolumeName(old))
			tied(s, "data-db-0", "data-0", old, s.Provisioned(s.VolumeName(old)))
			tied(s, "data-db-1", "data-1", "a")
			tied(s, "data-db-2", "data-2", "b")
			s.StatefulSet("db", 3)
			s.WaitStatefulSet("db")
			free(s, "c")
		}, Settle: func(s *live.Scene) {
			s.WaitStatefulSet("db")
			s.WaitVolume("data-0", controlplane.VolumePhase(corev1.VolumeAvailable))
		}},
	}
}

func ready(s *live.Scene) { s.WaitStatefulSet("db") }
