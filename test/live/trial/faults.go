package trial

import (
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// Faults answers each request of each command wrongly, one per run, in every way that a server can: it ends as the Reference,
// or it says what is left, and run again it ends as the Reference; nothing is applied twice. A sample is taken unless
// everything is tried.
func (u *Suite[S]) Faults(t *testing.T, trials []Trial[S]) {
	t.Helper()
	t.Parallel()
	known := map[string]Trial[S]{}
	var names []string
	for _, p := range trials {
		known[p.Name] = p
		names = append(names, p.Name)
	}
	chosen, err := u.choose(names)
	if err != nil {
		t.Fatal(err)
	}
	trials = slices.DeleteFunc(slices.Clone(trials), func(p Trial[S]) bool { return !slices.Contains(chosen, p.Name) })
	ends := u.inject(t, u.everyInjection(t, trials), func(t *testing.T, in Injection) Outcome {
		t.Helper()
		return u.faulty(t, known[in.Path], in)
	})
	u.write(t, ends, names)
}

// everyInjection lets each trial go to learn what it asks and how it ends.
func (u *Suite[S]) everyInjection(t *testing.T, trials []Trial[S]) []Injection {
	t.Helper()
	var mu sync.Mutex
	all := map[string][]Injection{}
	t.Run("undisturbed", func(t *testing.T) {
		for _, p := range trials {
			t.Run(p.Name, func(t *testing.T) {
				t.Parallel()
				r := u.Reference(t, p)
				mu.Lock()
				defer mu.Unlock()
				all[p.Name] = r.injections
			})
		}
	})
	var out []Injection
	for _, p := range trials {
		out = append(out, all[p.Name]...)
	}
	return out
}

// faulty runs a trial with a fault. If the command says that something is left, it is run as it says.
func (u *Suite[S]) faulty(t *testing.T, p Trial[S], in Injection) Outcome {
	t.Helper()
	want := u.Reference(t, p).Change
	a := u.Begin(t, p)
	r := a.Run(in.On(a.Scene), append([]string{"-o", "json", "--request-timeout=10s"}, u.FaultArgs...)...)
	if problem := contradiction(a.subcommand(), r); problem != "" {
		return Outcome{Wrong, problem + ": " + r.String()}
	}
	o := Outcome{Ending: Converged}
	if r.Exit != 0 {
		o.Ending = Reported
		if err := a.obey(r); err != nil {
			return Outcome{Wrong, fmt.Sprintf("%v\nfirst run: %s", err, r)}
		}
	}
	a.Settle()
	if err := a.Scene.Witnessed(); err != nil {
		return Outcome{Wrong, fmt.Sprintf("%v\n%s", err, r)}
	}
	if diff := gocmp.Diff(want, a.Change()); diff != "" {
		return Outcome{Wrong, fmt.Sprintf("it ended otherwise (- undisturbed, + disturbed):\n%s\n%s", diff, r)}
	}
	if !slices.ContainsFunc(r.Requests, func(req live.Request) bool { return req.Fault.Name != "" }) {
		o.Ending = Missed
	}
	return o
}

// inject plays injections: of all that are expected to end alike one, or all of them if everything is tried. It returns how they ended.
func (o *Options) inject(t *testing.T, all []Injection, play func(*testing.T, Injection) Outcome) *table {
	t.Helper()
	if len(all) == 0 {
		t.Fatal("there is nothing to disturb")
	}
	ends := newTable()
	t.Run("at", func(t *testing.T) {
		for _, in := range o.injections(t, all) {
			t.Run(in.String(), func(t *testing.T) {
				t.Parallel()
				outcome := Outcome{Wrong, "the test ended"}
				defer func() { ends.add(in, outcome) }()
				outcome = play(t, in)
				if t.Failed() {
					outcome.Ending = Wrong
				}
				if outcome.Ending == Wrong {
					t.Error(outcome.Why)
				}
			})
		}
	})
	if sum := ends.sum("", ""); 4*sum[Missed] > sum[Missed]+sum[Converged]+sum[Reported]+sum[Wrong] {
		t.Errorf("%d faults did not come to their requests, more than a quarter: the requests are not those of the undisturbed runs", sum[Missed])
	}
	t.Logf("of %d disturbances, %s; %d did not come to the request", len(all), ends.summary(), ends.sum("", "")[Missed])
	return ends
}

// write puts the rows of these runs into the page, and leaves those of the other trials as they are.
func (o *Options) write(t *testing.T, ends *table, trials []string) {
	t.Helper()
	if o.page == "" {
		return
	}
	page, err := os.ReadFile(o.page)
	if err != nil {
		t.Fatal(err)
	}
	text, err := ends.into(string(page), o.mark, trials)
	if err != nil {
		t.Fatalf("%s: %v", o.page, err)
	}
	if err := os.WriteFile(o.page, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
