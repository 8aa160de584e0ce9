package handback

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// pairPaths are those of a member that needs two volumes together.
func pairPaths() []path {
	return []path{
		{Name: "reattach-pair", Lay: func(s *live.Scene) { // the set recreates the claims, and its Pod waits for both
			pairOfVolumes(s, "a", "node-0")
			s.StatefulSet("db", 1, withLogs(s))
			s.WaitStatefulSet("db")
			s.Scale("db", 0)
			release(s, "pvc/data-db-0", "pvc/logs-db-0")
			s.ScaleOnly("db", 1)
			s.WaitPod("db-0", controlplane.PodPending)
		}, Args: reattachPair(), Settle: func(s *live.Scene) { s.WaitStatefulSet("db") }, Check: func(t *testing.T, s *live.Scene) {
			t.Helper()
			hasPair(t, s, "a", "node-0")
		}},

		{Name: "reattach-replace-pair", Lay: func(s *live.Scene) { // the member runs with two newer volumes
			s.OwnNodes("n0", "n1") // one of them is cordoned for a while
			pairOfVolumes(s, "a", s.VolumeName("n0"))
			s.StatefulSet("db", 1, withLogs(s))
			s.WaitStatefulSet("db")
			s.Scale("db", 0)
			release(s, "pvc/data-db-0", "pvc/logs-db-0")
			pairOfVolumes(s, "b", s.VolumeName("n1"))
			s.Scale("db", 1)
		}, Args: reattachPair("--replace"), Settle: func(s *live.Scene) {
			s.WaitPod("db-0", runningOn(s.VolumeName("n0")))
			s.WaitStatefulSet("db")
			untilVolumes(corev1.VolumeReleased, "b-data", "b-logs")(s)
		}, Check: func(t *testing.T, s *live.Scene) {
			t.Helper()
			hasPair(t, s, "a", s.VolumeName("n0"))
			noneCordoned(t, s, "n0", "n1")
		}},
	}
}

// reattachPair gives both volumes back.
func reattachPair(flags ...string) func(*live.Scene) []string {
	return func(s *live.Scene) []string {
		return append([]string{"reattach", s.VolumeName("a-data"), s.VolumeName("a-logs")}, flags...)
	}
}

// withLogs gives a set a second template for claims, logs.
func withLogs(s *live.Scene) func(*appsv1.StatefulSet) {
	return func(set *appsv1.StatefulSet) {
		set.Spec.VolumeClaimTemplates = append(set.Spec.VolumeClaimTemplates, corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: "logs"}, Spec: s.NewClaim("").Spec})
	}
}

// pairOfVolumes are two volumes of a node, each reserved for one claim of db-0.
func pairOfVolumes(s *live.Scene, prefix, node string) {
	for _, name := range []string{"data", "logs"} {
		s.Volume(prefix+"-"+name, node, func(v *corev1.PersistentVolume) {
			v.Spec.ClaimRef = &corev1.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: s.Name, Name: name + "-db-0"}
		})
	}
}

// hasPair wants db-0 to run on a node, and each of its claims to have the volume that is its own.
func hasPair(t *testing.T, s *live.Scene, prefix, node string) {
	t.Helper()
	if p := s.WaitPod("db-0", controlplane.PodReady); p.Spec.NodeName != node {
		t.Errorf("Pod db-0 runs on %s, not %s", p.Spec.NodeName, node)
	}
	for _, name := range []string{"data", "logs"} {
		untilBound(name+"-db-0", prefix+"-"+name)(s)
	}
}
