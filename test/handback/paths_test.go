package handback

import (
	"slices"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
	"github.com/kubectl-localpv/kubectl-localpv/test/live/trial"
)

// path is one way through release, reclaim or reattach. What it changes is in testdata.
type path = trial.Trial[*live.Scene]

func paths() []path {
	return slices.Concat(releasePaths(), reclaimPaths(), reattachPaths(), pairPaths())
}

// pathNamed is one of the paths.
func pathNamed(t *testing.T, name string) path {
	t.Helper()
	all := paths()
	i := slices.IndexFunc(all, func(p path) bool { return p.Name == name })
	if i < 0 {
		t.Fatalf("there is no path %s", name)
	}
	return all[i]
}

// suite tries the paths. They are short, so each is killed after each of its writes whenever it is tried.
var suite = &trial.Suite[*live.Scene]{
	Options: trial.Flags("handback"), Open: open, Watch: untouched, FaultArgs: []string{"--timeout", "60s"},
}

// open opens a scene with a bystander: a volume and a claim that nothing may happen to.
func open(t *testing.T, name string) *live.Scene {
	t.Helper()
	s := cluster.Scene(t, name)
	s.Volume("bystander", "node-3")
	s.BoundClaim("bystander", "bystander")
	return s
}

// untouched wants that nothing is written to the bystander.
func untouched(t *testing.T, _ path, s *live.Scene) func(live.Result) {
	t.Helper()
	before := s.Bystanders()
	return func(live.Result) {
		if s.Bystanders() != before {
			t.Error("something that has nothing to do with it was written")
		}
	}
}

func TestPaths(t *testing.T) { suite.Paths(t, paths()) }

func TestKilled(t *testing.T) { suite.Killed(t, paths()) }

func TestFaults(t *testing.T) { suite.Faults(t, paths()) }
