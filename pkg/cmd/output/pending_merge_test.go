package output

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

func small(n int, sizes ...string) fact.Fact {
	return fact.New(cellCount, "n", n, "code", inspect.CapacityTooSmall, "sizes", extremes(sizes))
}

func lacks(resource, have string) fact.Fact {
	return fact.New(pending.CodeResourceLacking, "subject", resource, "want", "4", "have", have)
}

func notWith(pod string) fact.Fact { return fact.New("AntiAffinity", "subject", pod) }

func TestAlikeness(t *testing.T) {
	for _, tc := range []struct {
		a, b          fact.Fact
		amounts, both bool // alike but for amounts, and but for names as well
	}{
		{small(2, "100Gi"), small(3, "50Gi", "99Gi"), true, true},
		{lacks("cpu", "500m"), lacks("cpu", "3"), true, true},
		{lacks("cpu", "500m"), lacks("memory", "500m"), false, false},
		{notWith("web-0"), notWith("web-17"), false, true},
		{notWith("web-0"), fact.New("UntoleratedTaint", "subject", "web-0"), false, false},
		{small(2), fact.New(cellCount, "n", 2, "code", inspect.ClaimedByOther, "sizes", []string{}), false, false},
		{fact.New(cellOn, "nodes", []string{"node-1"}), fact.New(cellHere), false, false},
		{fact.New(cellOn, "nodes", []string{"node-1"}), fact.New(cellOn, "nodes", []string{"node-2", "node-3"}), false, true},
		{fact.New("PluginRefuses", "words", []string{"has 3"}), fact.New("PluginRefuses", "words", []string{"has 4"}), false, false},
	} {
		if got := butForAmounts.key(tc.a) == butForAmounts.key(tc.b); got != tc.amounts {
			t.Errorf("%s and %s are alike but for amounts: %v", tc.a, tc.b, got)
		}
		if got := butForNames.key(tc.a) == butForNames.key(tc.b); got != tc.both {
			t.Errorf("%s and %s are alike but for amounts and names: %v", tc.a, tc.b, got)
		}
		if exactly.key(tc.a) == exactly.key(tc.b) {
			t.Errorf("%s and %s are alike exactly", tc.a, tc.b)
		}
	}
}

func TestCollected(t *testing.T) {
	room := func(have string) fact.Fact { return fact.New(cellRoom, "have", have) }
	for _, tc := range []struct {
		want  string
		facts []fact.Fact
	}{
		{"1 fits", []fact.Fact{fact.New(cellFits), fact.New(cellFits)}},
		{"2..3 too small (50Gi..100Gi)", []fact.Fact{small(2, "100Gi"), small(3, "99Gi", "70Gi", "50Gi"), small(2, "60Gi")}},
		{"2 too small (60Gi)", []fact.Fact{small(2, "60Gi", "60Gi")}},
		{"2 too small", []fact.Fact{small(2, "60Gi", "")}},
		{"cpu: asks 4, 500m..3 free", []fact.Fact{lacks("cpu", "3"), lacks("cpu", "500m")}},
		{"anti-affinity with web-0..web-2", []fact.Fact{notWith("web-1"), notWith("web-0"), notWith("web-2")}},
		{"on node-1, node-2", []fact.Fact{fact.New(cellOn, "nodes", []string{"node-2", "node-1"})}},
		{"room for 1Ti..2Ti", []fact.Fact{room("2048Gi"), room("1Ti")}},
	} {
		if diff := cmp.Diff(tc.want, newPageWriter(Streams{}).say(collected(tc.facts))); diff != "" {
			t.Errorf("collected %v (-want +got):\n%s", tc.facts, diff)
		}
	}
}
