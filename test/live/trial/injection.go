package trial

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// Occurrence is a request of a run that can be found again in another: the how-manieth of its kind.
type Occurrence struct {
	Kind  string
	Count int
}

// String implements fmt.Stringer.
func (o Occurrence) String() string { return fmt.Sprintf("%s %d", o.Kind, o.Count) }

// reads reports whether the request only asks how things are.
func (o Occurrence) reads() bool {
	verb, _, _ := strings.Cut(o.Kind, " ")
	return verb == "get" || verb == "list" || verb == "watch" || strings.Contains(o.Kind, "selfsubject")
}

// dryRun reports whether the request asks what the server would say to a write.
func (o Occurrence) dryRun() bool { return strings.HasSuffix(o.Kind, live.DryRun) }

// On returns what to do with the requests of a run in which something is to happen at the occurrence.
func (o Occurrence) On(s Scene, do live.Action) func(*live.Request) live.Action {
	count := 0
	return func(r *live.Request) live.Action {
		if s.KindOf(r) != o.Kind {
			return live.Action{}
		}
		if count++; count != o.Count {
			return live.Action{}
		}
		return do
	}
}

// Injection is a Fault at one request of a run.
type Injection struct {
	// Path is the name of the trial, Command the command of the plugin.
	Path, Command string
	At            Occurrence
	Fault         live.Fault
}

// String implements fmt.Stringer.
func (in Injection) String() string { return in.Path + "/" + in.At.String() + "/" + in.Fault.Name }

// On returns what to do with the requests of the run that is disturbed.
func (in Injection) On(s Scene) func(*live.Request) live.Action {
	return in.At.On(s, live.Action{Fault: in.Fault})
}

// injections are all faults that a run can meet that made these requests, in an order that does not depend on theirs: the
// first lists come in any.
func injections(s Scene, path, command string, requests []live.Request) []Injection {
	count := map[string]int{}
	var out []Injection
	for i := range requests {
		kind := s.KindOf(&requests[i])
		count[kind]++
		at := Occurrence{kind, count[kind]}
		for _, f := range live.Faults() {
			if f.Applied && !f.Hang && (at.reads() || at.dryRun()) {
				continue // for a request that changes nothing, whether the server sees it is all the same
			}
			out = append(out, Injection{path, command, at, f})
		}
	}
	slices.SortStableFunc(out, func(a, b Injection) int { return strings.Compare(a.At.String(), b.At.String()) })
	return out
}

// stratum is what injections have in common that are expected to end alike.
func (in Injection) stratum() string { return in.kind() + ", " + in.Fault.Name }

// kind is the stratum but for the answer.
func (in Injection) kind() string {
	kind := strings.Fields(strings.ReplaceAll(in.At.Kind, "/", " "))
	what := strings.Join(kind[:min(2, len(kind))], " ") // the server's version is got from no resource
	switch {
	case kind[0] == "list" && len(kind) == 2:
		what = "the first lists"
	case kind[0] == "get", kind[0] == "watch":
		what = kind[0]
	case kind[0] == "patch":
		what += " of " + in.Command
	}
	if in.At.dryRun() {
		what += live.DryRun
	}
	return what
}

// minor reports whether nothing hangs on the request but another try: it only reads or asks, or records what has been done.
func (in Injection) minor() bool {
	return in.At.reads() || in.At.dryRun() || strings.Contains(in.At.Kind, " events")
}
