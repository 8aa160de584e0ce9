package drain

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
	"github.com/kubectl-localpv/kubectl-localpv/test/live/trial"
)

// path is one way through drain: all ends as the Plan said, and what has nothing to do with it is untouched. What it changes is
// in testdata.
type path = trial.Trial[*live.Scene]

func paths() []path { return slices.Concat(movePaths(), keepPaths()) }

// pathsNamed are some of the paths. All of them have to be there.
func pathsNamed(t *testing.T, names ...string) []path {
	t.Helper()
	some := slices.DeleteFunc(paths(), func(p path) bool { return !slices.Contains(names, p.Name) })
	if len(some) != len(names) {
		t.Fatalf("of the paths %q only %d are there", names, len(some))
	}
	return some
}

// suite tries the paths. They are not killed after the records of their writes.
var suite = &trial.Suite[*live.Scene]{
	Options: trial.Flags("drain"), Open: open, Settle: waitReleased, Watch: watch,
	Rules:  func(p path, s *live.Scene) []live.Invariant { return rules(s, p.Pending || p.Loses, p.Loses) },
	Spares: func(w live.Request, _ bool) bool { return w.Resource == "events" },
}

// draining is the command line of a drain of the old node; %s stands for the scene's name.
func draining(args ...string) func(*live.Scene) []string {
	return func(s *live.Scene) []string {
		line := []string{"drain", s.VolumeName(old)}
		for _, arg := range args {
			line = append(line, strings.ReplaceAll(arg, "%s", s.Name))
		}
		return line
	}
}

// waitReleased waits until the volumes that were left are Released.
func waitReleased(s *live.Scene) {
	for _, v := range s.Volumes() {
		if v.Annotations[retain.AnnMovedFrom] != "" {
			s.WaitVolume(s.ShortName(v.Name), controlplane.VolumePhase(corev1.VolumeReleased))
		}
	}
}

// watch wants all to end as the Plan says, and nothing to be written to a bystander and to other nodes.
func watch(t *testing.T, p path, s *live.Scene) func(live.Result) {
	t.Helper()
	bystander(s)
	plan := planOf(t, s, p.Args(s))
	before := s.Bystanders() + otherNodes(t, s)
	return func(live.Result) {
		asPlanned(t, s, plan)
		if s.Bystanders()+otherNodes(t, s) != before {
			t.Error("something that has nothing to do with it was written")
		}
	}
}

// otherNodes are the nodes that stay, as they are to be.
func otherNodes(t *testing.T, s *live.Scene) string {
	t.Helper()
	text := ""
	for _, short := range []string{"a", "b", "c"} {
		n, err := cluster.Client().CoreV1().Nodes().Get(s.Context(), s.VolumeName(short), metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		text += fmt.Sprint(n.Spec)
	}
	return text
}

func TestPaths(t *testing.T) { suite.Paths(t, paths()) }

func TestKilled(t *testing.T) { suite.Killed(t, paths()) }

func TestFaults(t *testing.T) {
	suite.Faults(t, pathsNamed(t, "keep-all", "move-member", "move-members-in-order", "move-deployment"))
}
