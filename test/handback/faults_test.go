package handback

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

var torture = live.TortureFlags("changes")

// TestFaults disturbs commands in every way that a server can fail.
func TestFaults(t *testing.T) {
	t.Parallel()
	known := map[string]path{}
	for _, p := range paths() {
		known[p.name] = p
	}
	torture.Run(t, everyDisturbance(t), func(t *testing.T, d live.Disturbance) live.Outcome {
		t.Helper()
		return known[d.Path].disturbed(t, d)
	})
}

// everyDisturbance lets each path run once to learn what it asks and how it ends.
func everyDisturbance(t *testing.T) []live.Disturbance {
	t.Helper()
	var mu sync.Mutex
	all := map[string][]live.Disturbance{}
	t.Run("undisturbed", func(t *testing.T) {
		for _, p := range paths() {
			t.Run(p.name, func(t *testing.T) {
				t.Parallel()
				found := p.whole(t).disturbances
				mu.Lock()
				defer mu.Unlock()
				all[p.name] = found
			})
		}
	})
	var out []live.Disturbance
	for _, p := range paths() {
		out = append(out, all[p.name]...)
	}
	return out
}

// disturbed runs the path with a disturbance. If the command says that something is left, it is run as it says.
func (p path) disturbed(t *testing.T, d live.Disturbance) live.Outcome {
	t.Helper()
	want := p.whole(t).change
	s := p.stage(t)
	before := s.State()
	r := s.Run(live.Run{Args: p.line(s, "-o", "json", "--request-timeout", "10s", "--timeout", "60s"), Loses: p.loses, On: d.On(s)})
	hit := slices.ContainsFunc(r.Requests, func(req live.Request) bool { return req.Fault.Name != "" })
	if problem := live.Untrue(p.command(), r); problem != "" {
		return live.Outcome{Fate: live.Wrong, Why: problem + ": " + r.String()}
	}
	o := live.Outcome{Fate: live.Converged}
	if r.Exit != 0 {
		o.Fate = live.Said
		p.obey(t, s, r)
	}
	p.settle(s)
	if got := live.Change(before, s.State()); got != want {
		return live.Outcome{Fate: live.Wrong, Why: fmt.Sprintf("it ended otherwise (exit %d):\n%s\nwant:\n%s\n%s", r.Exit, got, want, r)}
	}
	if !hit {
		o.Fate = live.Missed
	}
	return o
}

// obey runs the command line that a run named to finish its work, else the same one again.
func (p path) obey(t *testing.T, s *live.Scene, r live.Result) {
	t.Helper()
	for _, words := range live.RunAgain(r) {
		second := s.Run(live.Run{Args: words, Loses: p.loses})
		if second.Exit == 0 {
			return
		}
		if !slices.Contains(p.again, second.Exit) {
			t.Errorf("%v: %s", words, second)
		}
	}
	p.goOn(t, s)
}
