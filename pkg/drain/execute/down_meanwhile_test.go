package execute

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestDownMeanwhile: what holds the end of a claim only after its Pod was evicted is told with what it costs and the way back, since the claim
// and its data are there still.
func TestDownMeanwhile(t *testing.T) {
	for name, tc := range map[string]struct {
		act  func(*World)
		says string
	}{
		"somebody holds the claim": {func(w *World) {
			held := Claim("data-db-1", BoundTo("n1-data"), heldClaim)
			held.ResourceVersion = "21"
			w.Must(w.Client.Tracker().Update(Pvcs(), held, Ns))
		}, "claim shop/data-db-1 has finalizer backup/hold now"},
		"a peer is not Ready": {func(w *World) {
			w.Must(w.Client.Tracker().Update(corev1.SchemeGroupVersion.WithResource("pods"), MemberPod(StatefulSet("db", 3), 2, "n2", Unready), Ns))
		}, "1 other member of StatefulSet/db is Ready now"},
	} {
		t.Run(name, func(t *testing.T) {
			w := NewWorld(t, All(Crew(), Db())...)
			plan := planned(t, toDrain(t, ToMove()), w.Everything())
			if plan.Verdict != drain.Ready {
				t.Fatal(plan.Blockers)
			}
			w.Before = func(_ int, a clienttesting.Action) {
				if a.GetVerb() == "create" && a.GetSubresource() == "eviction" {
					tc.act(w)
				}
			}
			result := carryOut(t.Context(), t, w, plan)
			text := said(result.Reason)
			if result.Status == drain.StatusDone || slices.Contains(w.Calls, "delete persistentvolumeclaims data-db-1") {
				t.Errorf("%s: %s", result.Status, text)
			}
			for _, want := range []string{tc.says, "until then shop/db-1 is down", "kubectl uncordon n1"} {
				if !strings.Contains(text, want) {
					t.Errorf("it does not say %q: %s", want, text)
				}
			}
		})
	}
}

// TestNoWayBackAfterTheFirstClaim: once one claim of a member is deleted, another that waits is not told with a way back: there is none to all
// of the data.
func TestNoWayBackAfterTheFirstClaim(t *testing.T) {
	evicted := drain.Step{Action: drain.EvictPod, Member: "shop/db-1", Parameters: &drain.EvictParameters{Home: []string{"n1"}}}
	deleted := drain.Step{Action: drain.DeleteClaim, Member: "shop/db-1"}
	for name, tc := range map[string]struct {
		before []drain.Step
		told   fact.Code
	}{
		"the first claim":               {[]drain.Step{evicted}, "DownMeanwhile"},
		"the second":                    {[]drain.Step{evicted, deleted}, "Held"},
		"the first of another member":   {[]drain.Step{evicted, {Action: drain.DeleteClaim, Member: "shop/db-0"}}, "DownMeanwhile"},
		"of a Pod that was not evicted": {nil, "Held"},
	} {
		s := &stepRun{run: &run{plan: &drain.Plan{Steps: append(tc.before, deleted)}}, index: len(tc.before), step: deleted}
		if got := s.downMeanwhile(fact.New("Held")).Code; got != tc.told {
			t.Errorf("%s: %s, want %s", name, got, tc.told)
		}
	}
}
