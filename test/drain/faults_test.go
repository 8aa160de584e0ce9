package drain

import (
	"slices"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

var torture = live.TortureFlags("empty")

// undisturbed is how a path goes that is let be.
type undisturbed struct {
	path         path
	change       string
	disturbances []live.Disturbance
}

// TestFaults disturbs drain in every way that a server can fail: it ends right, or it says that it failed and how to go on;
// and run again, all is as if it had been let be. Nothing is lost or done too early meanwhile.
func TestFaults(t *testing.T) {
	t.Parallel()
	chosen := slices.DeleteFunc(paths(), func(p path) bool {
		return !slices.Contains([]string{"keep-all", "move-member", "move-members-in-order", "move-deployment"}, p.name)
	})
	known := map[string]undisturbed{}
	var mu sync.Mutex
	t.Run("undisturbed", func(t *testing.T) {
		for _, p := range chosen {
			t.Run(p.name, func(t *testing.T) {
				t.Parallel()
				s := p.stage(t)
				before := state(s)
				r := s.Run(p.run(s, nil))
				if r.Exit != 0 {
					t.Fatal(r)
				}
				p.settle(s)
				mu.Lock()
				defer mu.Unlock()
				known[p.name] = undisturbed{p, live.Change(before, state(s)), s.Disturbances(p.name, "drain", r.Requests)}
			})
		}
	})
	var all []live.Disturbance
	for _, p := range chosen {
		all = append(all, known[p.name].disturbances...)
	}
	torture.Run(t, all, func(t *testing.T, d live.Disturbance) live.Outcome {
		t.Helper()
		return known[d.Path].disturbed(t, d)
	})
}

// disturbed runs a path with a disturbance, and again if it says that something is left.
func (u undisturbed) disturbed(t *testing.T, d live.Disturbance) live.Outcome {
	t.Helper()
	p := u.path
	s := p.stage(t)
	before := state(s)
	run := p.run(s, d.On(s))
	run.Args = append(run.Args, "-o", "json", "--request-timeout=10s")
	r := s.Run(run)
	hit := slices.ContainsFunc(r.Requests, func(req live.Request) bool { return req.Fault.Name != "" })
	if problem := live.Untrue("drain", r); problem != "" {
		return live.Outcome{Fate: live.Wrong, Why: problem + ": " + r.String()}
	}
	o := live.Outcome{Fate: live.Converged}
	if r.Exit != 0 {
		o.Fate = live.Said
		if second := s.Run(p.run(s, nil)); second.Exit != 0 {
			return live.Outcome{Fate: live.Wrong, Why: "run again: " + second.String() + "\nfirst run: " + r.String()}
		}
	}
	p.settle(s)
	if diff := gocmp.Diff(u.change, live.Change(before, state(s))); diff != "" {
		return live.Outcome{Fate: live.Wrong, Why: "it ended otherwise (- undisturbed, + disturbed):\n" + diff + "\n" + r.String()}
	}
	if !hit {
		o.Fate = live.Missed
	}
	return o
}
