package rescue

import (
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

var torture = flag.String("torture", "", "disturb every request in every way, and write the table to this `file`")

// disturbed are the recoveries that are disturbed.
func disturbed() []recovery {
	return slices.DeleteFunc(cutOff(), func(rc recovery) bool { return rc.name != "member" && rc.name != "standalone" })
}

// disturbance is a fault at one request of a recovery: the how-manieth of its kind.
type disturbance struct {
	recovery recovery
	kind     string
	count    int
	fault    live.Fault
	// want is what an undisturbed run changes.
	want string
}

func (d disturbance) String() string {
	return fmt.Sprintf("%s/%s %d/%s", d.recovery.name, d.kind, d.count, d.fault.Name)
}

// kindOf is a request without the names that change from scene to scene.
func kindOf(s *site, r *live.Request) string {
	kind := strings.ReplaceAll(r.String(), s.Name, "scene")
	if r.Resource == "pods" {
		kind = strings.TrimSuffix(kind, "/"+r.Name)
	}
	return kind
}

// TestFaults disturbs recover in every way that a server can fail: one fault at each request, and with -torture all of them. It
// ends right, or says what is left, and run again it ends right; nothing is applied twice, nothing is done too early.
func TestFaults(t *testing.T) {
	all := everyDisturbance(t)
	if *torture == "" {
		all = sample(all)
	}
	var mu sync.Mutex
	table := map[string]map[string][2]int{}
	t.Run("at", func(t *testing.T) {
		for _, d := range all {
			t.Run(d.String(), func(t *testing.T) {
				t.Parallel()
				again := d.play(t)
				mu.Lock()
				defer mu.Unlock()
				if table[d.recovery.name] == nil {
					table[d.recovery.name] = map[string][2]int{}
				}
				cell := table[d.recovery.name][d.fault.Name]
				cell[again]++
				table[d.recovery.name][d.fault.Name] = cell
			})
		}
	})
	t.Logf("%d disturbed, %d right at once: %v", len(all), atOnce(table), table)
	if *torture != "" && !t.Failed() {
		if err := os.WriteFile(*torture, []byte(markdown(table)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func atOnce(table map[string]map[string][2]int) int {
	sum := 0
	for _, row := range table {
		for _, cell := range row {
			sum += cell[0]
		}
	}
	return sum
}

// markdown is the table for people: right at once + said what was left, and finished it when run again.
func markdown(table map[string]map[string][2]int) string {
	var b strings.Builder
	b.WriteString("| |")
	for _, f := range live.Faults() {
		b.WriteString(" " + f.Name + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(live.Faults())) + "\n")
	for _, rc := range disturbed() {
		b.WriteString("| " + rc.name + " |")
		for _, f := range live.Faults() {
			cell := table[rc.name][f.Name]
			fmt.Fprintf(&b, " %d + %d |", cell[0], cell[1])
		}
		b.WriteString("\n")
	}
	return b.String()
}

// everyDisturbance lets each recovery run once to learn what it asks and how it ends. Its node is taken away, so that nothing
// waits for a second look at its lease.
func everyDisturbance(t *testing.T) []disturbance {
	t.Helper()
	found := make([][]disturbance, len(disturbed()))
	t.Run("undisturbed", func(t *testing.T) {
		for i, rc := range disturbed() {
			t.Run(rc.name, func(t *testing.T) {
				t.Parallel()
				rc.lose = nil
				found[i] = rc.disturbances(t)
			})
		}
	})
	return slices.Concat(found...)
}

func (rc recovery) disturbances(t *testing.T) []disturbance {
	t.Helper()
	s := rc.stage(t)
	before := s.state()
	r := s.run(rc.line(s))
	if r.Exit != 0 {
		t.Fatal(r)
	}
	rc.settled(s)
	want := live.Change(before, s.state())
	count := map[string]int{}
	var out []disturbance
	for i := range r.Requests {
		kind := kindOf(s, &r.Requests[i])
		count[kind]++
		for _, f := range live.Faults() {
			out = append(out, disturbance{rc, kind, count[kind], f, want})
		}
	}
	return out
}

// sample takes one disturbance of each kind of request, always the same, and each fault for what is written.
func sample(all []disturbance) []disturbance {
	strata := map[string][]disturbance{}
	var names []string
	for _, d := range all {
		name := d.recovery.name + d.kind
		if verb, _, _ := strings.Cut(d.kind, " "); verb == "delete" {
			name += d.fault.Name
		}
		if strings.HasPrefix(d.kind, "create selfsubject") || strings.HasPrefix(d.kind, "watch") && d.count > 1 {
			continue // asking what one may do is tried with every other command
		}
		if strata[name] == nil {
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

// play runs a recovery with the disturbance, and again if it says that something is left. It returns how often.
func (d disturbance) play(t *testing.T) (again int) {
	t.Helper()
	rc := d.recovery
	s := rc.stage(t)
	before := s.state()
	dog := &watchdog{site: s}
	rules := dog.rules()
	count := 0
	r := s.run(append(rc.line(s), "-o", "json", "--request-timeout=4s"), func(r *live.Run) {
		r.Rules, r.On = rules, func(r *live.Request) live.Action {
			if kindOf(s, r) != d.kind {
				return live.Action{}
			}
			if count++; count != d.count {
				return live.Action{}
			}
			return live.Action{Fault: d.fault}
		}
	})
	if problem := dishonest(r); problem != "" {
		t.Fatalf("%s: %s", problem, r)
	}
	if r.Exit != 0 {
		again = 1
		if second := s.run(rc.line(s), func(r *live.Run) { r.Rules = rules }); second.Exit != 0 {
			t.Fatalf("run again: %s\nfirst run: %s", second, r)
		}
	}
	rc.settled(s)
	if diff := gocmp.Diff(d.want, live.Change(before, s.state())); diff != "" {
		t.Errorf("it ended otherwise (- undisturbed, + disturbed):\n%s\n%s", diff, r)
	}
	return again
}

// dishonest returns what a command said that is not so. It is run with -o json.
func dishonest(r live.Result) string {
	seen := map[string]bool{}
	applied := 0
	for _, w := range r.Writes() {
		if !w.Applied() || w.Resource == "events" {
			continue
		}
		applied++
		text := w.String() + w.Patch
		if seen[text] {
			return "applied twice: " + w.String()
		}
		seen[text] = true
	}
	var result drain.Result
	if err := json.Unmarshal([]byte(r.Out), &result); err != nil {
		if r.Exit != 0 && applied == 0 && strings.HasPrefix(r.Err, "error: ") {
			return "" // it could not even begin, and says so
		}
		return fmt.Sprintf("exit %d, and no result: %v", r.Exit, err)
	}
	want := map[drain.Status]int{drain.StatusDone: 0, drain.StatusFailed: 1, drain.StatusBlocked: 3}
	exit, known := want[result.Status]
	if !known || exit != r.Exit || exit == 3 && applied > 0 {
		return fmt.Sprintf("%s, with exit %d after %d writes", result.Status, r.Exit, applied)
	}
	return ""
}
