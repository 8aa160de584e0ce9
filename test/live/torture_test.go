package live

import (
	"slices"
	"strings"
	"testing"
)

func TestSample(t *testing.T) {
	s := &Scene{Name: "scene-0001"}
	requests := []Request{
		{Verb: "get"}, {Verb: "list", Resource: "nodes"}, {Verb: "list", Resource: "pods", Namespace: "scene-0001"},
		{Verb: "patch", Resource: "persistentvolumes", Name: "scene-0001-a", Write: 1}, {Verb: "delete", Resource: "pods", Namespace: "scene-0001", Name: "db-x1", Write: 2},
		{Verb: "delete", Resource: "pods", Namespace: "scene-0001", Name: "db-x2", Write: 3},
	}
	all := s.Disturbances("path", "recover", requests)
	if want := 3*7 + 3*9; len(all) != want {
		t.Fatalf("%d disturbances, want %d: what is only read is not disturbed after the fact", len(all), want)
	}
	var strata []string
	for _, d := range sample(all) {
		strata = append(strata, d.stratum())
	}
	slices.Sort(strata)
	if got := len(slices.Compact(slices.Clone(strata))); got != len(strata) || got != 3*7/3+2*9 {
		t.Errorf("%d strata in a sample of %d: %s", got, len(strata), strings.Join(strata, "; "))
	}
	for _, d := range all {
		kind := func(s string) bool { return strings.HasPrefix(s, d.kind()+", ") }
		answer := func(s string) bool { return strings.HasSuffix(s, ", "+d.Fault.Name) }
		if !slices.ContainsFunc(strata, kind) || !slices.ContainsFunc(strata, answer) {
			t.Errorf("neither %s nor another like it is in the sample", d)
		}
	}
	if a, b := sample(all), sample(all); !slices.Equal(a, b) {
		t.Error("two samples differ")
	}
	second := slices.IndexFunc(all, func(d Disturbance) bool { return d.Spot == Spot{"delete pods/scene", 2} && d.Fault.Name == "500" })
	on := all[second].On(s)
	for i := range requests {
		if hit := on(&requests[i]).Fault.Name == "500"; hit != (i == 5) {
			t.Errorf("request %d is disturbed: %t", i, hit)
		}
	}
}

func TestTable(t *testing.T) {
	d := Disturbance{Path: "a", Fault: Fault{Name: "409"}}
	b := newTable([]Disturbance{d, {Path: "b"}})
	b.add(d, Outcome{Fate: Converged})
	b.add(d, Outcome{Fate: Said})
	b.add(Disturbance{Path: "b", Fault: Fault{Name: "reset"}}, Outcome{Fate: Wrong})
	b.add(d, Outcome{Fate: Missed})
	if got, want := b.summary(), "4 were tried: 1 converged, 1 said what is left, 1 wrong; 1 did not come to the request"; got != want {
		t.Errorf("summary %q, want %q", got, want)
	}
	if got, want := strings.SplitN(b.markdown(), "\n", 4)[2], "| a | 1 / 1 / 0 | 0 / 0 / 0 |"; !strings.HasPrefix(got, want) {
		t.Errorf("row %q, want %q...", got, want)
	}
}
