package trial

import (
	"slices"
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
	"github.com/kubectl-localpv/kubectl-localpv/test/live/sample"
)

// requests are those of a run that reads in three ways and writes in two, one of them twice.
func requests() []live.Request {
	return []live.Request{
		{Verb: "get"}, {Verb: "list", Resource: "nodes"}, {Verb: "list", Resource: "pods", Namespace: "scene-0001"},
		{Verb: "patch", Resource: "persistentvolumes", Name: "scene-0001-a", Write: 1}, {Verb: "delete", Resource: "pods", Namespace: "scene-0001", Name: "db-x1", Write: 2},
		{Verb: "delete", Resource: "pods", Namespace: "scene-0001", Name: "db-x2", Write: 3},
	}
}

func everything() []Injection {
	return injections(&live.Scene{Name: "scene-0001"}, "path", "recover", requests())
}

// TestSample has one injection of each stratum that is not minor, and of the minor ones every kind and every answer.
func TestSample(t *testing.T) {
	all := everything()
	if want := 3*7 + 3*9; len(all) != want {
		t.Fatalf("%d injections, want %d: what is only read is not disturbed after the fact", len(all), want)
	}
	s := stratify(all)
	for number := range sample.Sample(100) {
		var names []string
		for _, in := range s.take(number) {
			names = append(names, in.stratum())
		}
		slices.Sort(names)
		if got := len(slices.Compact(slices.Clone(names))); got != len(names) || got != 3*7/3+2*9 {
			t.Errorf("%d strata in a sample of %d: %s", got, len(names), strings.Join(names, "; "))
		}
		for _, in := range all {
			kind := func(s string) bool { return strings.HasPrefix(s, in.kind()+", ") }
			answer := func(s string) bool { return strings.HasSuffix(s, ", "+in.Fault.Name) }
			if !slices.ContainsFunc(names, kind) || !slices.ContainsFunc(names, answer) {
				t.Errorf("sample %d has neither %s nor another like it", number, in)
			}
		}
		if !slices.Equal(s.take(number), s.take(number)) {
			t.Errorf("sample %d differs from itself", number)
		}
	}
}

// TestSamplesHaveAll takes every injection and every kill in as many samples as it is said to take, wherever they begin.
func TestSamplesHaveAll(t *testing.T) {
	many := slices.Concat(slices.Repeat(requests(), 5), []live.Request{{Verb: "get"}, {Verb: "create", Resource: "events", Write: 4}})
	all := injections(&live.Scene{Name: "scene-0001"}, "path", "recover", many)
	s := stratify(all)
	for _, first := range []sample.Sample{0, 1, 7, sample.Of("a commit")} {
		left := map[Injection]bool{}
		for _, in := range all {
			left[in] = true
		}
		for i := range s.samples() {
			for _, in := range s.take(first + sample.Sample(i)) {
				delete(left, in)
			}
		}
		if len(left) > 0 {
			t.Errorf("%d samples from %d on leave %d of %d out: %v", s.samples(), first, len(left), len(all), left)
		}
	}
	for n := range 10 {
		taken := 0
		for part := range share {
			if killsAfter("path", n, part, live.Request{Verb: "patch", Resource: "nodes"}) {
				taken++
			}
			if !killsAfter("path", n, part, live.Request{Verb: "delete", Resource: "persistentvolumeclaims"}) {
				t.Errorf("part %d does not kill after a claim is deleted", part)
			}
		}
		if taken != 1 {
			t.Errorf("%d of %d parts kill after write %d", taken, share, n)
		}
	}
}

// TestDryRun is of a stratum of its own, and minor, and what the server does with it makes no difference.
func TestDryRun(t *testing.T) {
	asked, done := live.Request{Verb: "delete", Resource: "pods", Namespace: "scene-0001", DryRun: true}, live.Request{Verb: "delete", Resource: "pods", Namespace: "scene-0001", Write: 1}
	all := injections(&live.Scene{Name: "scene-0001"}, "path", "recover", []live.Request{asked, done})
	if want := 7 + 9; len(all) != want {
		t.Fatalf("%d injections, want %d", len(all), want)
	}
	kinds := slices.Sorted(slices.Values(stratify(all).kinds))
	if want := []string{"delete pods", "delete pods (dry run)"}; !slices.Equal(kinds, want) {
		t.Errorf("the kinds are %q, want %q", kinds, want)
	}
	for _, in := range all {
		if in.minor() != in.At.dryRun() {
			t.Errorf("%s: minor is %t", in, in.minor())
		}
	}
}

// TestOccurrence disturbs the second deletion of a Pod and nothing else.
func TestOccurrence(t *testing.T) {
	all := everything()
	second := slices.IndexFunc(all, func(in Injection) bool {
		return in.At == Occurrence{"delete pods/scene", 2} && in.Fault.Name == "500"
	})
	on := all[second].On(&live.Scene{Name: "scene-0001"})
	made := requests()
	for i := range made {
		if hit := on(&made[i]).Fault.Name == "500"; hit != (i == 5) {
			t.Errorf("request %d is disturbed: %t", i, hit)
		}
	}
}
