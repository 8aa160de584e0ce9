package execute

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/types"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/planner"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

func toRecover(t *testing.T, r drain.RecoverRequest) asked {
	t.Helper()
	return func(ix *inspect.Index) (*drain.Plan, error) {
		r.Earlier = &liveness.LeaseSample{At: Now().Add(-21 * time.Second), Leases: ix.Leases}
		return planner.PlanRecover(t.Context(), ix, Scheduler, r)
	}
}

func toDrain(t *testing.T, r drain.DrainRequest) asked {
	t.Helper()
	return func(ix *inspect.Index) (*drain.Plan, error) { return planner.PlanDrain(t.Context(), ix, Scheduler, r) }
}

// moves are commands that move members of a StatefulSet, in a World that has its controller, the scheduler and kubelets.
func moves(t *testing.T) []scene {
	t.Helper()
	return []scene{
		{name: "recover", objects: With(All(Fleet(), Db()), Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Deletes)),
			request: toRecover(t, drain.RecoverRequest{Nodes: []string{"n1"}, UnreachableFor: 5 * time.Minute, Fenced: true, Concurrency: 4})},
		{name: "recover a bare pod", objects: All(Fleet(), Db(), Plain("tool", "n1", Uses("data-tool")), HeldBy("data-tool", "n1-tool", "n1", Deletes)),
			request: toRecover(t, drain.RecoverRequest{Nodes: []string{"n1"}, UnreachableFor: 5 * time.Minute, Fenced: true, Concurrency: 1,
				AcceptDataLoss: []types.NamespacedName{*Key("data-tool")}})},
		{name: "drain and move", objects: All(Crew(), Db()), request: toDrain(t, ToMove())},
		{name: "reattach a member", objects: With(All(Crew(), Db(), Volume("earlier", On("n3"), Has("data-db-1", "former-uid"), Phase(Released),
			SavedFrom(Claim("data-db-1", WithUID("former-uid"), BoundTo("earlier"))))), Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Deletes)),
			request: toReattach(drain.ReattachRequest{Volume: "earlier", Replace: true})},
		{name: "drain and keep", objects: All(Crew(), Db()), request: toDrain(t, ToKeep())},
	}
}

// ended is what counts of a World in the end, and where Pods run.
func ended(t *testing.T, w *World) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(w.State(t))
	for _, p := range w.Everything().Pods {
		fmt.Fprintf(&b, "%s is on %q\n", p.Name, p.Spec.NodeName)
	}
	for _, n := range w.Everything().Nodes {
		fmt.Fprintf(&b, "node %s cordoned=%v\n", n.Name, n.Spec.Unschedulable)
	}
	return b.String()
}

// TestMovesResumeAfterDeath stops a command dead after each of its requests, and runs it again.
func TestMovesResumeAfterDeath(t *testing.T) {
	for _, s := range moves(t) {
		want := uninterrupted(t, s)
		golden(t, "state-"+strings.ReplaceAll(s.name, " ", "-")+".txt", strings.Join(want.Calls, "\n")+"\n\n"+ended(t, want))
		for n := range want.Calls {
			t.Run(fmt.Sprintf("%s/%d", s.name, n), func(t *testing.T) {
				w := NewWorld(t, s.objects...)
				w.Fault = func(i int, _ clienttesting.Action) (error, bool) {
					if i > n {
						return errors.New("the process is dead"), false
					}
					return nil, false
				}
				command(t.Context(), t, w, s.request)
				w.Fault = nil
				if result := command(t.Context(), t, w, s.request); result.Status != drain.StatusDone {
					t.Errorf("the second run: %s %s", result.Status, said(result.Reason))
				}
				if diff := cmp.Diff(ended(t, want), ended(t, w)); diff != "" {
					t.Errorf("another end than without death (-want +got):\n%s", diff)
				}
				if len(w.Lost) > 0 {
					t.Errorf("manifests were nowhere: %v", w.Lost)
				}
			})
		}
	}
}
