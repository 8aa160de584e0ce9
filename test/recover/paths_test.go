package recover

import (
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
	"github.com/kubectl-localpv/kubectl-localpv/test/live/trial"
)

// path is one way through recover: its scene has lost a Node in the end.
type path = trial.Trial[*scene]

// suite tries the paths. They are killed after the records of their writes only if everything is tried.
var suite = &trial.Suite[*scene]{
	Options: trial.Flags("recover"),
	Open:    openFour,
	Rules:   func(_ path, s *scene) []live.Invariant { return s.rules() },
	Spares:  func(w live.Request, all bool) bool { return w.Resource == "events" && !all },
}

// openFour opens a scene with four Nodes.
func openFour(t *testing.T, name string) *scene {
	t.Helper()
	return open(t, name, "n0", "n1", "n2", "n3")
}

// then does one thing after the other with a scene.
func then(steps ...func(*scene)) func(*scene) {
	return func(s *scene) {
		for _, step := range steps {
			step(s)
		}
	}
}

// recovering is the command line about n1, with the claims whose loss is accepted.
func recovering(accepted ...string) func(*scene) []string {
	return recoveringFrom([]string{"n1"}, accepted...)
}

// recoveringFrom is the command line about nodes.
func recoveringFrom(nodes []string, accepted ...string) func(*scene) []string {
	return func(s *scene) []string {
		return s.command(nodes, append([]string{"--fenced"}, s.accept(accepted...)...)...)
	}
}

// cutOff are the paths that are killed and disturbed. Their Nodes are taken away, so that nothing waits for a second look at
// leases.
func cutOff() []path {
	return []path{
		{Name: "member", Lay: then((*scene).member, (*scene).gone), Args: recovering(), Settle: ready("db")},
		{Name: "two-claims", Lay: func(s *scene) {
			s.set("db", []string{"n0", "n1", "n2"}, live.Ordered, s.with("wal"))
			s.free("n3-a", "n3-b")
			s.gone()
		}, Args: recovering(), Settle: ready("db")},
		{Name: "standalone", Lay: then((*scene).deployment, (*scene).gone), Args: recovering("files"), Settle: func(s *scene) { s.WaitDeployment("web") }},
		{Name: "two-in-order", Lay: func(s *scene) {
			s.set("db", []string{"n1", "n1", "n2"}, live.Ordered)
			s.free("n0-free", "n3-free")
			s.gone()
		}, Args: recovering("data-db-0", "data-db-1"), Settle: ready("db")},
		{Name: "bare-pod", Lay: func(s *scene) {
			s.held("files", "n1")
			s.Claim("files")
			s.Pod("tool", "files")
			s.WaitPod("tool", controlplane.PodReady)
			s.free("n0-free")
			s.gone()
		}, Args: recovering("files"), Settle: func(s *scene) {
			s.WaitVolume("n1-files", controlplane.VolumePhase("Released"))
			s.WaitClaim("files", controlplane.ClaimPhase("Bound"))
		}},
	}
}

// TestKilled has a second look at the leases of a Node in its first path.
func TestKilled(t *testing.T) {
	all := cutOff()
	all[0].Name, all[0].Lay = "member-dies", then((*scene).member, (*scene).dies)
	suite.Killed(t, all)
}

func TestFaults(t *testing.T) { suite.Faults(t, cutOff()) }
