package handback

import (
	"flag"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	goldenfile "github.com/kubectl-localpv/kubectl-localpv/internal/golden"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

var update = flag.Bool("update", false, "rewrite testdata/*.golden")

// path is one way through a command, from a scene to its end.
type path struct {
	name string
	// set lays the scene out.
	set func(s *live.Scene)
	// args are the command line; --yes is added.
	args func(s *live.Scene) []string
	// settled waits until the controllers have done what follows from the command.
	settled func(s *live.Scene)
	// check looks at what matters most, besides what the golden file holds.
	check func(t *testing.T, s *live.Scene)
	// loses says that the manifests of claims are lost on purpose.
	loses bool
	// raced says that a controller recreates the claim at the same time as the command does, and either may be first.
	raced bool
	// again are the exit codes with which the command may end when it is run again after it was done, besides 0. A command
	// that has to tell two claims of one name apart may refuse.
	again []int
	// finish is the command line that the refusal names to finish the work, if there is one.
	finish func(s *live.Scene) []string
}

func paths() []path { return slices.Concat(releasePaths(), reclaimPaths(), reattachPaths()) }

// command is the name of the subcommand.
func (p path) command() string { name, _, _ := strings.Cut(p.name, "-"); return name }

// stage lays out the scene of a path, with a bystander: a volume and a claim that nothing may happen to.
func (p path) stage(t *testing.T) *live.Scene {
	t.Helper()
	s := lab.Scene(t, p.name)
	s.Volume("bystander", "node-3")
	s.BoundClaim("bystander", "bystander")
	p.set(s)
	return s
}

func (p path) line(s *live.Scene, more ...string) []string {
	return append(append(p.args(s), "--yes"), more...)
}

func (p path) settle(s *live.Scene) {
	if p.settled != nil {
		p.settled(s)
	}
}

// bystanders are the versions of the objects that no path touches.
func bystanders(t *testing.T, s *live.Scene) string {
	t.Helper()
	c := lab.Client()
	v, err := c.CoreV1().PersistentVolumes().Get(s.Context(), s.VolumeName("bystander"), metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	claim, err := c.CoreV1().PersistentVolumeClaims(s.Name).Get(s.Context(), "bystander", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	class, err := c.StorageV1().StorageClasses().Get(s.Context(), s.Name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(v.ResourceVersion, claim.ResourceVersion, class.ResourceVersion)
}

// whole is how a path goes that is let be.
type whole struct {
	// change is what it changed, result the run.
	change string
	result live.Result
	writes string
	// disturbances are all that can go wrong on the way.
	disturbances []live.Disturbance
}

// undisturbed holds how each path goes: the tests that disturb one compare with that, and need it only once.
var undisturbed sync.Map

// whole takes the path once, or returns how it went when it was taken.
func (p path) whole(t *testing.T) whole {
	t.Helper()
	stored, _ := undisturbed.LoadOrStore(p.name, sync.OnceValue(func() whole { return p.play(t) }))
	play, ok := stored.(func() whole)
	if !ok {
		t.Fatalf("%T is no path", stored)
	}
	w := play()
	if w.change == "" {
		t.Fatal("it went wrong when it was let be")
	}
	return w
}

func (p path) play(t *testing.T) whole {
	t.Helper()
	s := p.stage(t)
	before, others := s.State(), bystanders(t, s)
	r := s.Run(live.Run{Args: p.line(s), Loses: p.loses})
	if r.Exit != 0 {
		t.Error(r)
		return whole{}
	}
	p.settle(s)
	w := whole{change: live.Change(before, s.State()), result: r, writes: p.writes(s, r), disturbances: s.Disturbances(p.name, p.command(), r.Requests)}
	if others != bystanders(t, s) {
		t.Error("something that has nothing to do with it was written")
	}
	if p.check != nil {
		p.check(t, s)
	}
	p.runAgain(t, s)
	if again := live.Change(before, s.State()); again != w.change {
		t.Errorf("run once more, it changed something (- first, + second):\n%s", gocmp.Diff(w.change, again))
	}
	return w
}

// TestPaths takes each path once and compares what it wrote and what changed with testdata.
func TestPaths(t *testing.T) {
	t.Parallel()
	for _, p := range paths() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			w := p.whole(t)
			golden(t, p.name, "writes:\n"+w.writes+"\n"+w.change)
		})
	}
}

// runAgain runs a command that is done once more: it must not change anything.
func (p path) runAgain(t *testing.T, s *live.Scene) {
	t.Helper()
	if r := p.goOn(t, s); len(r.Writes()) > 0 {
		t.Errorf("run once more, it should find nothing to do: %s", r)
	}
}

// goOn runs a command again, and the command that it names if it refuses.
func (p path) goOn(t *testing.T, s *live.Scene) live.Result {
	t.Helper()
	r := s.Run(live.Run{Args: p.line(s), Loses: p.loses})
	if p.finish != nil && slices.Contains(p.again, r.Exit) {
		if len(r.Writes()) > 0 {
			t.Errorf("it refuses and writes: %s", r)
		}
		r = s.Run(live.Run{Args: append(p.finish(s), "--yes"), Loses: p.loses})
		if r.Exit != 0 {
			t.Fatalf("run as the refusal says: %s", r)
		}
		return r
	}
	if r.Exit != 0 && !slices.Contains(p.again, r.Exit) {
		t.Fatalf("run again: %s", r)
	}
	return r
}

// writes lists what a run wrote.
func (p path) writes(s *live.Scene, r live.Result) string {
	var b strings.Builder
	madeUp := regexp.MustCompile(`-[a-z0-9]{6,10}-[a-z0-9]{5}$`)
	for _, w := range r.Writes() {
		if p.raced && (w.Verb == "create" && w.Resource == "persistentvolumeclaims" || w.Resource == "events" && strings.Contains(fmt.Sprint(w.Object), "LocalPVClaimCreated")) {
			continue
		}
		fmt.Fprintf(&b, "%s: %d\n", madeUp.ReplaceAllString(strings.ReplaceAll(w.String(), s.Name, "scene"), "-*"), w.Status)
	}
	return b.String()
}

// golden compares a text with a file, or writes the file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	goldenfile.Check(t, filepath.Join("testdata", name+".golden"), got, *update)
}
