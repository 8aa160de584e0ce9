package planner

import (
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestAwaitedDataIsNotSuggested: a volume that somebody waits for is reclaimed for no other, whether a claim of its own name waits, a Pod, or a
// set that is to create one. An earlier run has deleted the claim of the member, so that the volume would be reserved for the next.
func TestAwaitedDataIsNotSuggested(t *testing.T) {
	world := func(more ...any) []any {
		w := With(Without(fullFleet(left3()), "PersistentVolumeClaim shop/data-db-1"), MemberPod(StatefulSet("db", 3), 1, ""),
			Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Phase(Released), SavedFrom(Claim("data-db-1", BoundTo("n1-data"))), RecoveredFrom("n1")))
		return With(w, more...)
	}
	if text := told(recoverPlan(t, nil, world()...)); !strings.Contains(text, "n3-old (on n3) would do") {
		t.Fatalf("not suggested although nobody waits: %s", text)
	}
	set := left3(Has("data-web-0", "gone-uid"), Phase(Released))
	for name, more := range map[string][]any{
		"a claim":                  {Claim("gone", WithUID("new"))},
		"a claim of another class": {Claim("gone", WithUID("new"), WantsClass("slow")), StorageClass("slow")},
		"a Pod":                    {Consumer("old", "", "gone")},
		"a set":                    {set, StatefulSet("web", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			plan := recoverPlan(t, nil, world(more...)...)
			if text := told(plan); plan.Verdict != drain.Blocked || strings.Contains(text, "would do") {
				t.Errorf("%s: %s", plan.Verdict, text)
			}
		})
	}
}
