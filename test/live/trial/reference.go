package trial

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/internal/golden"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// Reference is how a trial goes that is let be: those that disturb it compare with that.
type Reference struct {
	// Change is what it changed.
	Change string

	// text is what it wrote, for people.
	text       string
	writes     []live.Request
	injections []Injection
}

// reference is played once, by whichever test needs it first.
type reference struct {
	mu     sync.Mutex
	played bool
	held   Reference
}

// Reference takes a trial as it is, and then once more, or returns how it went when that was done.
func (u *Suite[S]) Reference(t *testing.T, p Trial[S]) Reference {
	t.Helper()
	r := u.reference(p.Name)
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.played {
		r.played = true
		r.held = u.play(t, p)
	}
	if r.held.Change == "" {
		t.Fatal("it went wrong when it was let be")
	}
	return r.held
}

func (u *Suite[S]) reference(name string) *reference {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.references == nil {
		u.references = map[string]*reference{}
	}
	if u.references[name] == nil {
		u.references[name] = &reference{}
	}
	return u.references[name]
}

func (u *Suite[S]) play(t *testing.T, p Trial[S]) Reference {
	t.Helper()
	a := u.Lay(t, p)
	after := func(live.Result) {}
	if u.Watch != nil {
		after = u.Watch(t, p, a.Scene)
	}
	a.before = a.Scene.State()
	r := a.Run(nil)
	if r.Exit != 0 {
		t.Fatal(r)
	}
	a.Settle()
	after(r)
	held := Reference{Change: a.Change(), text: p.writes(a.Scene, r), writes: r.Writes(), injections: injections(a.Scene, p.Name, a.subcommand(), r.Requests)}
	a.Check(t)
	a.Twice(t)
	if again := a.Change(); again != held.Change {
		t.Errorf("run once more, it changed something (- first, + second):\n%s", gocmp.Diff(held.Change, again))
	}
	return held
}

// Paths takes each trial and compares what it wrote and what it changed with testdata.
func (u *Suite[S]) Paths(t *testing.T, trials []Trial[S]) {
	t.Helper()
	t.Parallel()
	for _, p := range trials {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			r := u.Reference(t, p)
			golden.Check(t, filepath.Join("testdata", p.Name+".golden"), "writes:\n"+r.text+"\n"+r.Change, u.update)
		})
	}
}

// writes lists what a run wrote, without what is made up.
func (p Trial[S]) writes(s S, r live.Result) string {
	madeUp := regexp.MustCompile(`-[a-z0-9]{6,10}-[a-z0-9]{5}$`)
	var lines []string
	for _, w := range r.Writes() {
		if !p.Raced || !createsClaim(w) {
			lines = append(lines, fmt.Sprintf("%s: %d\n", madeUp.ReplaceAllString(s.Relative(w.String()), "-*"), w.Status))
		}
	}
	evicts := func(line string) bool { return strings.HasPrefix(line, "create pods/eviction") }
	if i := slices.IndexFunc(lines, evicts); i >= 0 && p.SideBySide {
		slices.Sort(lines[i:])
	}
	return strings.Join(lines, "")
}

// createsClaim reports whether a write creates a claim, or is the record of that.
func createsClaim(w live.Request) bool {
	return w.Verb == "create" && w.Resource == "persistentvolumeclaims" ||
		w.Resource == "events" && strings.Contains(fmt.Sprint(w.Object), "LocalPVClaimCreated")
}
