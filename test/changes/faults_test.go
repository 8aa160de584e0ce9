package changes

import (
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

var (
	torture   = flag.Bool("torture", false, "disturb every request of every path in every way")
	tableFile = flag.String("table", "", "write how the disturbed runs ended to this `file`")
)

// disturbance is a fault at one request of a path.
type disturbance struct {
	path  path
	spot  spot
	fault live.Fault
	// want is how the path ends if it is let be.
	want string
}

// spot is a request of a run that can be found again in another: the how-manieth of its kind.
type spot struct {
	kind  string
	count int
}

func (s spot) String() string { return fmt.Sprintf("%s %d", s.kind, s.count) }

// reads tells whether the request changes nothing.
func (s spot) reads() bool {
	verb, _, _ := strings.Cut(s.kind, " ")
	return verb == "get" || verb == "list" || verb == "watch" || strings.Contains(s.kind, "selfsubject")
}

// spots lists the requests of a run. The first lists come in any order.
func spots(s *live.Scene, r live.Result) []spot {
	count := map[string]int{}
	var out []spot
	for i := range r.Requests {
		kind := kindOf(s, &r.Requests[i])
		count[kind]++
		out = append(out, spot{kind, count[kind]})
	}
	slices.SortFunc(out, func(a, b spot) int { return strings.Compare(a.String(), b.String()) })
	return out
}

// kindOf is a request without the names that change from scene to scene.
func kindOf(s *live.Scene, r *live.Request) string {
	kind := strings.ReplaceAll(r.String(), s.Name, "scene")
	if r.Resource == "pods" {
		kind = strings.TrimSuffix(kind, "/"+r.Name)
	}
	return kind
}

// at returns what to do with the requests of a run that is disturbed at one of them.
func (d disturbance) at(s *live.Scene) func(*live.Request) live.Action {
	count := 0
	return func(r *live.Request) live.Action {
		if kindOf(s, r) != d.spot.kind {
			return live.Action{}
		}
		if count++; count != d.spot.count {
			return live.Action{}
		}
		return live.Action{Fault: d.fault}
	}
}

// stratum is what disturbances have in common that are expected to end alike.
func (d disturbance) stratum() string {
	kind := strings.Fields(strings.ReplaceAll(d.spot.kind, "/", " "))
	what := kind[0] + " " + kind[1]
	switch {
	case kind[0] == "list" && len(kind) == 2:
		what = "the first lists"
	case kind[0] == "get", kind[0] == "watch":
		what = kind[0]
	case kind[0] == "patch":
		what += " of " + d.path.command()
	}
	return what + ", " + d.fault.Name
}

// outcome is how a disturbed run ended.
type outcome struct {
	// fate is converged, said, wrong, or missed if the run did not come to the request.
	fate fate
	why  string
}

type fate int

const (
	missed fate = iota
	converged
	said
	wrong
)

// TestFaults disturbs commands in every way that a server can fail: of all disturbances that are expected to end alike, one.
// With -torture it is all of them.
func TestFaults(t *testing.T) {
	all := everyDisturbance(t)
	chosen := all
	if !*torture {
		chosen = sample(all)
	}
	t.Logf("%d of %d disturbances", len(chosen), len(all))
	table := newTable()
	t.Run("at", func(t *testing.T) {
		for _, d := range chosen {
			t.Run(d.path.name+"/"+d.spot.String()+"/"+d.fault.Name, func(t *testing.T) {
				t.Parallel()
				o := d.play(t)
				table.add(d, o)
				if o.fate == wrong {
					t.Error(o.why)
				}
			})
		}
	})
	t.Log(table.summary())
	if *tableFile != "" {
		if err := table.write(*tableFile, fmt.Sprintf("%d of all %d disturbances were tried. ", len(chosen), len(all))); err != nil {
			t.Fatal(err)
		}
	}
}

// everyDisturbance lets each path run once to learn what it asks and how it ends.
func everyDisturbance(t *testing.T) []disturbance {
	t.Helper()
	var mu sync.Mutex
	all := map[string][]disturbance{}
	t.Run("undisturbed", func(t *testing.T) {
		for _, p := range paths() {
			t.Run(p.name, func(t *testing.T) {
				t.Parallel()
				found := p.disturbances(t)
				mu.Lock()
				defer mu.Unlock()
				all[p.name] = found
			})
		}
	})
	var out []disturbance
	for _, p := range paths() {
		out = append(out, all[p.name]...)
	}
	return out
}

func (p path) disturbances(t *testing.T) []disturbance {
	t.Helper()
	w := p.whole(t)
	var out []disturbance
	for _, spot := range w.spots {
		for _, f := range live.Faults() {
			if f.Applied && !f.Hang && spot.reads() {
				continue // for a request that changes nothing, whether the server sees it is all the same
			}
			out = append(out, disturbance{path: p, spot: spot, fault: f, want: w.change})
		}
	}
	return out
}

// sample takes one disturbance of each stratum, always the same.
func sample(all []disturbance) []disturbance {
	strata := map[string][]disturbance{}
	var names []string
	for _, d := range all {
		name := d.stratum()
		if len(strata[name]) == 0 {
			names = append(names, name)
		}
		strata[name] = append(strata[name], d)
	}
	var out []disturbance
	for _, name := range names {
		h := fnv.New32a()
		_, _ = h.Write([]byte(name)) // a hash takes everything
		out = append(out, strata[name][int(h.Sum32()>>1)%len(strata[name])])
	}
	return out
}

// play runs the path with the disturbance. If the command says that something is left, it is run as it says.
func (d disturbance) play(t *testing.T) outcome {
	t.Helper()
	s := d.path.stage(t)
	before := s.State()
	r := s.Run(live.Run{
		Args: d.path.line(s, "-o", "json", "--request-timeout", "4s", "--timeout", "60s"), Loses: d.path.loses, On: d.at(s),
	})
	hit := slices.ContainsFunc(r.Requests, func(req live.Request) bool { return req.Fault.Name != "" })
	if problem := d.honest(r); problem != "" {
		return outcome{wrong, problem + ": " + r.String()}
	}
	o := outcome{fate: converged}
	if r.Exit != 0 {
		o = outcome{fate: said}
		d.obey(t, s, r)
	}
	d.path.settle(s)
	if got := live.Change(before, s.State()); got != d.want {
		return outcome{wrong, fmt.Sprintf("it ended otherwise (exit %d):\n%s\nwant:\n%s\n%s", r.Exit, got, d.want, r)}
	}
	if !hit {
		o.fate = missed
	}
	return o
}

// obey runs the command line that a run named to finish its work, else the same one again.
func (d disturbance) obey(t *testing.T, s *live.Scene, r live.Result) {
	t.Helper()
	var result drain.Result
	if json.Unmarshal([]byte(r.Out), &result) == nil {
		for _, next := range result.Next {
			_, words, named := strings.Cut(next, "run the same command again: kubectl localpv ")
			if !named {
				continue
			}
			second := s.Run(live.Run{Args: strings.Fields(words), Loses: d.path.loses})
			if second.Exit == 0 {
				return
			}
			if !slices.Contains(d.path.again, second.Exit) {
				t.Errorf("%s: %s", next, second)
			}
		}
	}
	d.path.goOn(t, s)
}

// honest compares what a command said with what it did, and returns what is not true. It is run with -o json.
func (d disturbance) honest(r live.Result) string {
	if len(r.Problems) > 0 {
		return r.Problems[0]
	}
	if twice := appliedTwice(r); twice != "" {
		return "applied twice: " + twice
	}
	applied := 0
	for _, w := range r.Writes() {
		if w.Applied() && w.Resource != "events" {
			applied++
		}
	}
	var result drain.Result
	if err := json.Unmarshal([]byte(r.Out), &result); err != nil {
		if r.Exit != 0 && applied == 0 && strings.HasPrefix(r.Err, "error: ") && r.Out == "" {
			return "" // it could not even begin, and says so
		}
		return fmt.Sprintf("exit %d, and no result: %v", r.Exit, err)
	}
	switch result.Status {
	case drain.StatusDone:
		if r.Exit != 0 {
			return fmt.Sprintf("done, with exit %d", r.Exit)
		}
	case drain.StatusBlocked:
		if r.Exit != 3 || applied > 0 {
			return fmt.Sprintf("blocked, with exit %d after %d writes", r.Exit, applied)
		}
	case drain.StatusFailed:
		if r.Exit != 1 || result.Message == "" || !strings.Contains(strings.Join(result.Next, "\n"), "run the same command again: kubectl localpv "+d.path.command()) {
			return fmt.Sprintf("failed, with exit %d, and does not say how to go on", r.Exit)
		}
	case drain.StatusInterrupted, drain.StatusDeclined:
		return string(result.Status) + ", and nobody did that"
	}
	return untrue(result, r)
}

// appliedTwice returns a write that the server took twice.
func appliedTwice(r live.Result) string {
	seen := map[string]bool{}
	for _, w := range r.Writes() {
		if !w.Applied() {
			continue
		}
		text := w.String() + w.Patch + fmt.Sprint(w.Object)
		if seen[text] {
			return w.String()
		}
		seen[text] = true
	}
	return ""
}

// untrue returns a step that is said not to have been begun and whose write was applied.
func untrue(result drain.Result, r live.Result) string {
	wrote := func(verb, resource, name string) bool {
		return slices.ContainsFunc(r.Writes(), func(w live.Request) bool {
			return w.Applied() && w.Verb == verb && w.Resource == resource && (w.Name == name || w.Name == "")
		})
	}
	for _, step := range result.Steps {
		action, object, _ := strings.Cut(step.ID, "/")
		name := object[strings.LastIndex(object, "/")+1:]
		begun := false
		switch drain.Action(action) {
		case drain.DeleteClaim:
			begun = wrote("delete", "persistentvolumeclaims", name)
		case drain.DeletePod:
			begun = wrote("delete", "pods", name)
		case drain.CreateClaim:
			begun = wrote("create", "persistentvolumeclaims", name)
		case drain.OpenVolume, drain.SaveClaim:
			begun = wrote("patch", "persistentvolumes", name)
		default: // a wait, or one of two patches of the same volume
		}
		if begun && step.Status == drain.StepNotStarted {
			return fmt.Sprintf("step %s is said not to have been begun, and was", step.ID)
		}
	}
	return ""
}
