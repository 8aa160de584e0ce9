package handback

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

func reattachPaths() []path {
	return []path{
		{Name: "reattach-claim", Lay: func(s *live.Scene) { // only reattach recreates it
			s.Volume("a", "node-0")
			s.BoundClaim("data", "a", notes(map[string]string{"example.com/keep": "this"}))
			release(s, "pvc/data")
		}, Args: onVolume("a", "reattach", "%s"), Settle: untilBound("data", "a")},

		{Name: "reattach-member", Raced: true, Lay: func(s *live.Scene) { // the set recreates the claim, and its Pod waits
			s.Volume("a", "node-0")
			s.StatefulSet("db", 1)
			s.WaitStatefulSet("db")
			s.Scale("db", 0)
			release(s, "pvc/data-db-0")
			s.ScaleOnly("db", 1)
			s.WaitPod("db-0", controlplane.PodPending)
		}, Args: onVolume("a", "reattach", "%s"), Settle: func(s *live.Scene) { s.WaitStatefulSet("db") }, Check: runsOn("db-0", "node-0", "a")},

		{Name: "reattach-away", Lay: func(s *live.Scene) { // the set has no Pod at the moment
			s.Volume("a", "node-0")
			s.StatefulSet("db", 1, whenDeleted)
			s.WaitStatefulSet("db")
			s.Scale("db", 0)
			release(s, "pvc/data-db-0")
		}, Args: onVolume("a", "reattach", "%s"), Settle: untilBound("data-db-0", "a")},

		{Name: "reattach-reserved", Lay: func(s *live.Scene) {
			s.Volume("a", "node-0")
			s.BoundClaim("data", "a")
			release(s, "pvc/data", "--reserve")
			s.WaitVolume("a", controlplane.VolumePhase(corev1.VolumeAvailable))
		}, Args: onVolume("a", "reattach", "%s"), Settle: untilBound("data", "a")},

		{Name: "reattach-replace", Raced: true, Lay: func(s *live.Scene) { // the member runs with a newer volume
			s.OwnNodes("n0", "n1") // one of them is cordoned for a while
			s.Volume("a", s.VolumeName("n0"))
			s.StatefulSet("db", 1)
			s.WaitStatefulSet("db")
			s.Scale("db", 0)
			release(s, "pvc/data-db-0")
			s.Volume("b", s.VolumeName("n1"))
			s.Scale("db", 1)
		}, Args: onVolume("a", "reattach", "%s", "--replace"), Settle: func(s *live.Scene) {
			s.WaitPod("db-0", runningOn(s.VolumeName("n0")))
			s.WaitStatefulSet("db")
			untilVolumes(corev1.VolumeReleased, "b")(s)
		}, Check: backOnItsNode},

		{Name: "reattach-replace-one", Raced: true, Lay: func(s *live.Scene) { // one of three, which serve meanwhile
			s.OwnNodes("n0", "n1", "n2", "n3")
			s.Volume("a", s.VolumeName("n3"))
			s.BoundClaim("data-db-1", "a")
			release(s, "pvc/data-db-1")
			for i, n := range []string{"n0", "n1", "n2"} {
				s.Volume(n, s.VolumeName(n), func(v *corev1.PersistentVolume) {
					v.Spec.ClaimRef = &corev1.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: s.Name, Name: fmt.Sprintf("data-db-%d", i)}
				})
			}
			s.StatefulSet("db", 3, live.Ordered)
			s.WaitStatefulSet("db")
		}, Args: onVolume("a", "reattach", "%s", "--replace"), Settle: func(s *live.Scene) {
			s.WaitPod("db-1", runningOn(s.VolumeName("n3")))
			s.WaitStatefulSet("db")
			untilVolumes(corev1.VolumeReleased, "n1")(s)
		}, Check: func(t *testing.T, s *live.Scene) {
			t.Helper()
			runsOn("db-1", s.VolumeName("n3"), "a")(t, s)
			noneCordoned(t, s, "n0", "n1", "n2", "n3")
		}},

		{Name: "reattach-replace-alone", Lay: func(s *live.Scene) { // the claim is nobody's
			s.MadeUp = []string{"web"}
			s.OwnNodes("n0", "n1")
			s.Volume("a", s.VolumeName("n0"))
			s.BoundClaim("data", "a")
			release(s, "pvc/data")
			s.Volume("b", s.VolumeName("n1"))
			s.Claim("data")
			s.Deployment("web", "data")
			s.WaitDeployment("web")
		}, Args: onVolume("a", "reattach", "%s", "--replace"), Settle: func(s *live.Scene) {
			untilBound("data", "a")(s)
			s.WaitDeployment("web")
			untilVolumes(corev1.VolumeReleased, "b")(s)
		}, Check: func(t *testing.T, s *live.Scene) {
			t.Helper()
			noneCordoned(t, s, "n0", "n1")
		}},

		{Name: "reattach-failed", Lay: func(s *live.Scene) { // nobody saved the claim, and somebody has recreated it
			released(s, "a", "data")
			s.Claim("data")
		}, Args: onVolume("a", "reattach", "%s"), Settle: untilBound("data", "a")},

		{Name: "reattach-other", Lay: func(s *live.Scene) { // a claim of another name that waits
			s.GivesAway("a")
			s.Volume("a", "node-0")
			s.BoundClaim("data", "a")
			release(s, "pvc/data")
			s.Claim("rescue")
		}, Args: onVolume("a", "reattach", "%s", "--claim", "rescue", "--accept-foreign-data", "%s"), Settle: untilBound("rescue", "a")},
	}
}

// release releases, as far as a scene of another command needs it.
func release(s *live.Scene, args ...string) {
	if r := s.Run(live.Run{Args: append(append([]string{"release"}, args...), "--yes")}); r.Exit != 0 {
		s.Fail(r)
	}
}

// backOnItsNode wants the member to run where volume a is, and no node to be left cordoned.
func backOnItsNode(t *testing.T, s *live.Scene) {
	t.Helper()
	runsOn("db-0", s.VolumeName("n0"), "a")(t, s)
	noneCordoned(t, s, "n0", "n1")
}

// noneCordoned wants nodes of the scene to take Pods.
func noneCordoned(t *testing.T, s *live.Scene, nodes ...string) {
	t.Helper()
	for _, short := range nodes {
		n, err := cluster.Client().CoreV1().Nodes().Get(s.Context(), s.VolumeName(short), metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if n.Spec.Unschedulable || n.Annotations[drain.AnnCordonedFor] != "" {
			t.Errorf("node %s is left cordoned: %t, for %q", short, n.Spec.Unschedulable, n.Annotations[drain.AnnCordonedFor])
		}
	}
}

// runningOn is met by a Pod that is Ready on a Node.
func runningOn(node string) controlplane.Condition[*corev1.Pod] {
	return func(p *corev1.Pod) (bool, string) {
		met, state := controlplane.PodReady(p)
		return met && p.Spec.NodeName == node, state
	}
}
