package recover

import (
	"slices"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

var torture = live.TortureFlags("rescue")

// undisturbed is how a recovery goes that is let be.
type undisturbed struct {
	recovery     recovery
	change       string
	disturbances []live.Disturbance
}

// TestFaults disturbs recover in every way that a server can fail: it ends right, or says what is left, and run again it ends
// right; nothing is applied twice, nothing is done too early. Nodes are taken away, so that nothing waits for a second look at
// their leases; that look is part of the first recovery of TestKilled.
func TestFaults(t *testing.T) {
	t.Parallel()
	known := map[string]undisturbed{}
	var mu sync.Mutex
	t.Run("undisturbed", func(t *testing.T) {
		for _, rc := range cutOff() {
			rc.lose = nil
			t.Run(rc.name, func(t *testing.T) {
				t.Parallel()
				change, s, r := rc.whole(t)
				mu.Lock()
				defer mu.Unlock()
				known[rc.name] = undisturbed{rc, change, s.Disturbances(rc.name, "recover", r.Requests)}
			})
		}
	})
	var all []live.Disturbance
	for _, rc := range cutOff() {
		all = append(all, known[rc.name].disturbances...)
	}
	torture.Run(t, all, func(t *testing.T, d live.Disturbance) live.Outcome {
		t.Helper()
		return known[d.Path].disturbed(t, d)
	})
}

// disturbed runs a recovery with a disturbance, and again if it says that something is left.
func (u undisturbed) disturbed(t *testing.T, d live.Disturbance) live.Outcome {
	t.Helper()
	rc := u.recovery
	s := rc.stage(t)
	before := s.state()
	held := &invariants{scene: s}
	rules := held.rules()
	r := s.run(append(rc.line(s), "-o", "json", "--request-timeout=10s"), func(r *live.Run) { r.Rules, r.On = rules, d.On(s.Scene) })
	hit := slices.ContainsFunc(r.Requests, func(req live.Request) bool { return req.Fault.Name != "" })
	if problem := live.Untrue("recover", r); problem != "" {
		return live.Outcome{Fate: live.Wrong, Why: problem + ": " + r.String()}
	}
	o := live.Outcome{Fate: live.Converged}
	if r.Exit != 0 {
		o.Fate = live.Said
		if second := s.run(rc.line(s), func(r *live.Run) { r.Rules = rules }); second.Exit != 0 {
			return live.Outcome{Fate: live.Wrong, Why: "run again: " + second.String() + "\nfirst run: " + r.String()}
		}
	}
	rc.settled(s)
	if diff := gocmp.Diff(u.change, live.Change(before, s.state())); diff != "" {
		return live.Outcome{Fate: live.Wrong, Why: "it ended otherwise (- undisturbed, + disturbed):\n" + diff + "\n" + r.String()}
	}
	if !hit {
		o.Fate = live.Missed
	}
	return o
}
