package trial

import (
	"slices"
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// toys are a Suite of scenes with a toy each, and its one Trial.
func toys(change func(*toy)) (*Suite[*toy], Trial[*toy], *toyLog) {
	log := &toyLog{}
	u := &Suite[*toy]{Options: &Options{all: true}, Open: func(*testing.T, string) *toy {
		s := &toy{log: log}
		change(s)
		return s
	}}
	return u, Trial[*toy]{Name: "open", Lay: func(*toy) {}, Args: func(*toy) []string { return []string{"open"} }}, log
}

func honest(*toy) {}

// TestReference is played once, and knows all that can go wrong.
func TestReference(t *testing.T) {
	u, p, log := toys(honest)
	watched := 0
	u.Watch = func(*testing.T, Trial[*toy], *toy) func(live.Result) {
		return func(r live.Result) { watched += len(r.Writes()) }
	}
	r := u.Reference(t, p)
	if want := "new: a\n+ open: true\nnew: b\n+ open: true\n"; r.Change != want {
		t.Errorf("got %q, want %q", r.Change, want)
	}
	if want := "patch volumes/a: 200\npatch volumes/b: 200\n"; r.text != want {
		t.Errorf("got %q, want %q", r.text, want)
	}
	if len(r.injections) != 7+9+9 || u.Reference(t, p).Change != r.Change || log.runs.Load() != 2 || watched != 2 {
		t.Errorf("%d injections, %d runs, %d writes watched", len(r.injections), log.runs.Load(), watched)
	}
}

// TestFaulty tells a command that says what is left from one that does not, and one that a second run spoils.
func TestFaulty(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*toy)
		fault  string
		want   Ending
	}{
		"says what is left": {honest, "500", Reported},
		"has done it":       {honest, "500 after", Reported},
		"lies":              {func(s *toy) { s.lies = true }, "500", Wrong},
		"is not disturbed":  {honest, "", Missed},
	} {
		t.Run(name, func(t *testing.T) {
			u, p, _ := toys(tc.change)
			in := Injection{Path: "open", Command: "open", At: Occurrence{"patch volumes/a", 1}, Fault: live.Fault{Name: tc.fault, Applied: strings.HasSuffix(tc.fault, "after")}}
			if got := u.faulty(t, p, in); got.Ending != tc.want || (got.Why != "") != (tc.want == Wrong) {
				t.Errorf("got %+v, want %d", got, tc.want)
			}
		})
	}
	u, p, _ := toys(honest)
	u.Reference(t, p)
	u.Open = func(*testing.T, string) *toy { return &toy{log: &toyLog{}, clumsy: true} }
	in := Injection{Path: "open", Command: "open", At: Occurrence{"patch volumes/b", 1}, Fault: live.Fault{Name: "409"}}
	if got := u.faulty(t, p, in); got.Ending != Reported {
		t.Errorf("a command that begins again ends as the Reference: %+v", got)
	}
}

// TestAllTrials takes a Trial in every way and counts the runs.
func TestAllTrials(t *testing.T) {
	u, p, log := toys(honest)
	all := []Trial[*toy]{p}
	t.Run("reference", func(t *testing.T) { u.Reference(t, p) })
	t.Run("killed", func(t *testing.T) { u.Killed(t, all) })
	t.Run("permissions", func(t *testing.T) {
		u.Permissions(t, p, Needs{Needed: Only("get nodes", "patch volumes"), OneByOne: true})
	})
	t.Run("fewer permissions", func(t *testing.T) { u.Permissions(t, p, Needs{Needed: Only("get nodes", "patch volumes")}) })
	t.Run("disturbed", func(t *testing.T) {
		u.Disturbed(t, all, func(_ *testing.T, _ Trial[*toy], a *Attempt[*toy]) live.Result { return a.Run(nil) })
	})
	t.Cleanup(func() {
		// Two for the Reference, two for each kill, four with permissions that are enough, two refusals twice, one in the end.
		if runs, killed, denied := log.runs.Load(), log.killed.Load(), log.denied.Load(); runs != 2+2*2+4+2*2+1 || killed != 2 || denied != 4 {
			t.Errorf("%d runs, %d kills, %d refusals", runs, killed, denied)
		}
	})
}

// TestAgain does not take for done what refuses without reason, nor what goes on without being told to.
func TestAgain(t *testing.T) {
	u, p, _ := toys(honest)
	a := u.Begin(t, p)
	fails := func(s *toy) live.Result {
		return s.Run(live.Run{On: func(*live.Request) live.Action { return live.Action{Fault: live.Fault{Name: "500"}} }})
	}
	if r := fails(a.Scene); !slices.EqualFunc(resumes(r), [][]string{{"open", "--yes"}}, slices.Equal) {
		t.Errorf("it names %q", resumes(r))
	}
	if err := a.obey(fails(a.Scene)); err != nil || len(a.Scene.opened) != 2 {
		t.Errorf("%v, and %v are open", err, a.Scene.opened)
	}
	a.trial.Again, a.trial.Finish = []int{0}, func(*toy) []string { return []string{"open", "all"} }
	if _, err := a.Again(); err != nil {
		t.Error(err)
	}
	a.Scene.opened = nil
	if _, err := a.Again(); err == nil {
		t.Error("a refusal that writes is not noticed")
	}
}
