package handback

import (
	corev1 "k8s.io/api/core/v1"

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
			s.Volume("a", "node-0")
			s.StatefulSet("db", 1)
			s.WaitStatefulSet("db")
			s.Scale("db", 0)
			release(s, "pvc/data-db-0")
			s.Volume("b", "node-1")
			s.Scale("db", 1)
		}, Args: onVolume("a", "reattach", "%s", "--replace"), Settle: func(s *live.Scene) {
			s.WaitPod("db-0", runningOn("node-0"))
			s.WaitStatefulSet("db")
			untilVolumes(corev1.VolumeReleased, "b")(s)
		}, Check: runsOn("db-0", "node-0", "a")},

		{Name: "reattach-replace-alone", Lay: func(s *live.Scene) { // the claim is nobody's
			s.Volume("a", "node-0")
			s.BoundClaim("data", "a")
			release(s, "pvc/data")
			s.Volume("b", "node-1")
			s.Claim("data")
			s.Deployment("web", "data")
			s.WaitDeployment("web")
		}, Args: onVolume("a", "reattach", "%s", "--replace"), Settle: func(s *live.Scene) {
			untilBound("data", "a")(s)
			s.WaitDeployment("web")
			untilVolumes(corev1.VolumeReleased, "b")(s)
		}},

		{Name: "reattach-failed", Lay: func(s *live.Scene) { // nobody saved the claim, and somebody has recreated it
			released(s, "a", "data")
			s.Claim("data")
		}, Args: onVolume("a", "reattach", "%s"), Settle: untilBound("data", "a")},

		{Name: "reattach-other", Lay: func(s *live.Scene) { // a claim of another name that waits
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

// runningOn is met by a Pod that is Ready on a Node.
func runningOn(node string) controlplane.Condition[*corev1.Pod] {
	return func(p *corev1.Pod) (bool, string) {
		met, state := controlplane.PodReady(p)
		return met && p.Spec.NodeName == node, state
	}
}
