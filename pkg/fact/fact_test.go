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
	f := fact.New("NoFit", "volume", "local-pv-0", "nodes", []string{"a", "b"}, "empty", []string{}, "n", 0, "why", inner).
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
		"a value":   fact.New("NoFit", "volume", "local-pv-1", "nodes", []string{"a", "b"}, "empty", []string{}, "n", 0, "why", inner).Offering(f.Commands...),
		"a command": {Code: f.Code, Values: f.Values, Commands: f.Commands[:1]},
		"the code":  {Code: "Fit", Values: f.Values, Commands: f.Commands},
	} {
		if f.Equal(other) {
			t.Errorf("another %s makes no difference", name)
		}
	}
}
