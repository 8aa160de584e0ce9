package drain

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

func keepPaths() []path {
	keep := func(more ...string) func(*live.Scene) []string {
		return draining(append([]string{"--keep-claims"}, more...)...)
	}
	return []path{
		{Name: "keep-all", SideBySide: true, Args: keep("--force", "--ignore-daemonsets", "--delete-emptydir-data"), Lay: func(s *live.Scene) {
			database(s, []string{old, "a", "b"})
			runner(s, "web", 2)
			runner(s, "cache", 1, emptyDir)
			agent(s)
			tied(s, "tool", "tool", old)
			s.Pod("tool", "tool")
			s.WaitPod("tool", controlplane.PodReady)
		}, Settle: func(s *live.Scene) {
			runs(s, "web", 2)
			runs(s, "cache", 1)
			waitsForOld(s)
		}, Check: func(t *testing.T, s *live.Scene) {
			t.Helper()
			if s.GetVolume("tool").Annotations[retain.AnnDeletedPod] == "" {
				t.Error("the manifest of Pod tool is nowhere")
			}
		}},

		{Name: "keep-cordoned", SideBySide: true, Args: keep(), Lay: func(s *live.Scene) {
			database(s, []string{old, "a", "b"})
			cordon(s, old, true)
		}, Settle: waitsForOld},

		{Name: "keep-selected", SideBySide: true, Args: keep("--pod-selector", "app=web"), Lay: func(s *live.Scene) {
			database(s, []string{old, "a", "b"})
			runner(s, "web", 1)
		}, Settle: func(s *live.Scene) { runs(s, "web", 1) }, Check: func(t *testing.T, s *live.Scene) {
			t.Helper()
			if p := s.WaitPod("db-0", controlplane.PodReady); p.Spec.NodeName != s.VolumeName(old) {
				t.Errorf("db-0 was not selected, and is on %s", p.Spec.NodeName)
			}
		}},
	}
}

func emptyDir(template *corev1.PodTemplateSpec) {
	template.Spec.Volumes = append(template.Spec.Volumes, corev1.Volume{Name: "tmp", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}})
}

func deletePod(s *live.Scene, name string) {
	if err := cluster.Client().CoreV1().Pods(s.Name).Delete(s.Context(), name, metav1.DeleteOptions{}); err != nil {
		s.Fail(err)
	}
}

// waitsForOld waits until db-0 does, and its set knows.
func waitsForOld(s *live.Scene) {
	s.WaitPod("db-0", controlplane.PodPending)
	_, err := controlplane.WaitFor(s.Context(), cluster.Client().AppsV1().StatefulSets(s.Name), "db", func(set *appsv1.StatefulSet) (bool, string) {
		return set != nil && set.Status.Replicas == 3 && set.Status.ReadyReplicas == 2 && set.Status.AvailableReplicas == 2, "the set does not know yet"
	})
	if err != nil {
		s.Fail(err)
	}
}
