// Package live tries the built plugin on a real control plane, under conditions that a test chooses.
//
// A [Cluster] is a control plane with Nodes and the plugin's binary, one per test binary. A [Scene] is a corner of it for one
// test: a namespace, a storage class, volumes and workloads of its own, so that many run side by side. [Scene.Run] runs
// the plugin as a process that reaches the API server through a proxy of its own. The proxy
//
//   - numbers and keeps the requests of the process, with what its writes hold;
//   - asks the test what to do with each of them ([Run.On]): let another actor go first, answer with a [Fault], or kill
//     the process once a write has been applied;
//   - lets rules look at each write before it is passed on ([Invariant]), one of which wants Ready members to be spared;
//   - looks after each write whether the manifest of every claim that the scene has had can still be had from the cluster.
//
// A witness sees every version of the scene's volumes, claims and Pods until the test ends ([Scene.Witnessed]): who is on which directory
// of which node, and whose data that is. A scene says what is so on purpose: [Scene.GivesAway], [Scene.Expendable].
//
// Below it, trial takes commands as they are, twice, killed, with faults and with fewer permissions, and sample says which part
// of that is tried in one run.
//
// [Scene.State] is all that there is of a scene as text that two scenes can be compared by:
//
//	func TestRelease(t *testing.T) {
//		s := cluster.Scene(t, "release")
//		s.Volume("a", "node-0")
//		s.Claim("data")
//		...
//		before := s.State()
//		result := s.Run(live.Run{Args: []string{"release", "pvc/data", "--yes"}})
//		after := s.State()
//	}
package live
