package fact_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// TestFactsComeBackFromJSON: what is read back is what was written, whatever the kind of its values.
func TestFactsComeBackFromJSON(t *testing.T) {
	inner := fact.New("CapacityTooSmall", "want", "120Gi", "have", "100Gi")
	f := fact.New("NoFit", "volume", "local-pv-0", "nodes", []string{"a", "b"}, "empty", []string{}, "n", 0, "why", inner, "parts", []fact.Fact{inner, fact.New("Alone")}, "none", []fact.Fact{}).
		Offering(fact.Plugin("reclaim", "local-pv-0").With("--keep-data"), fact.Kubectl("get pod", "db-0").In("shop").To(fact.Kubectl("create").With("-f", "-")).Into("x.yaml"))
	data, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var back fact.Fact
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(f, back); diff != "" {
		t.Errorf("read back (-written +read):\n%s", diff)
	}
	for name, other := range map[string]fact.Fact{
		"a value":   f.With("volume", "local-pv-1"),
		"a part":    f.With("parts", []fact.Fact{inner, fact.New("Together")}),
		"no part":   f.With("parts", []fact.Fact{}),
		"a command": {Code: f.Code, Values: f.Values, Commands: f.Commands[:1]},
		"the code":  {Code: "Fit", Values: f.Values, Commands: f.Commands},
	} {
		if f.Equal(other) {
			t.Errorf("another %s makes no difference", name)
		}
	}
}

func TestFactsInFacts(t *testing.T) {
	inner := fact.New("TooSmall", "volume", "v", "sizes", []string{"v", "w"})
	f := fact.New("NoFit", "claim", "v", "n", 1, "why", fact.New("Because", "parts", []fact.Fact{inner}))
	if !f.Tells("NoFit") || !f.Tells("TooSmall") || f.Tells("TooLarge") {
		t.Errorf("%v tells another code than it does", f)
	}
	if !f.Holds(inner) || !f.Holds(f) || f.Holds(inner.With("volume", "w")) {
		t.Errorf("%v holds another Fact than it does", f)
	}
	got := f.Map(func(text string) string {
		if text == "v" {
			return "x"
		}
		return text
	})
	want := fact.New("NoFit", "claim", "x", "n", 1, "why",
		fact.New("Because", "parts", []fact.Fact{fact.New("TooSmall", "volume", "x", "sizes", []string{"x", "w"})}))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("replaced (-want +got):\n%s", diff)
	}
	if f.Get("claim") != "v" || inner.Get("volume") != "v" {
		t.Errorf("replacing texts changed the Fact itself: %v", f)
	}
}
