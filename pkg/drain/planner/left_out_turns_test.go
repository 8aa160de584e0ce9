package planner

import (
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestWhoStaysTakesNoPlace: there is one place for two members, and the first of them cannot move for a reason of its own: the other gets it.
func TestWhoStaysTakesNoPlace(t *testing.T) {
	set := StatefulSet("db", 3)
	one := func(world []any) []any {
		return Without(world, "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n2-more", "PersistentVolume n3-more")
	}
	drained, dead := one(All(Crew(), Db(), Queue())), one(All(Fleet(), Db(), Queue()))
	torn := Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), dying)
	held := MemberPod(set, 1, "n1", func(p *corev1.Pod) { p.Finalizers = []string{"backup.example/hold"} })
	down := []any{StatefulSet("db", 3, ordered), MemberPod(set, 0, "n0", Unready)}
	for name, tc := range map[string]struct {
		plan *drain.Plan
		out  string
	}{
		"its volume is being deleted":             {drainPlan(t, ToMove(), With(drained, torn)...), "shop/db-1 StatefulSet/db Terminating"},
		"its volume on a dead node":               {recoverPlan(t, nil, With(dead, torn)...), "shop/db-1 StatefulSet/db Terminating"},
		"its Pod is held":                         {drainPlan(t, ToMove(), With(drained, held)...), "shop/db-1 StatefulSet/db Finalizer"},
		"two budgets":                             {drainPlan(t, ToMove(), All(drained, Budget("a", "db", 1), Budget("b", "db", 1))...), "shop/db-1 StatefulSet/db Pods"},
		"behind one that is not Ready":            {drainPlan(t, ToMove(Accepting("data-db-1")), With(drained, down...)...), "shop/db-1 StatefulSet/db Behind"},
		"behind one that is not Ready, dead node": {recoverPlan(t, func(r *drain.RecoverRequest) { r.AcceptDataLoss = append(r.AcceptDataLoss, *Key("data-db-1")) }, With(dead, down...)...), "shop/db-1 StatefulSet/db Behind"},
	} {
		t.Run(name, func(t *testing.T) {
			moved := tc.plan.Members()
			if out := outOf(tc.plan); tc.plan.Verdict != drain.Ready || len(out) != 1 || out[0] != tc.out || len(moved) != 1 || moved[0] != "shop/queue-1" {
				t.Errorf("moved %v, left out %v: %s", moved, out, told(tc.plan))
			}
		})
	}
}

// TestThePlaceIsTakenIndeed: of two members without other faults the second is left out.
func TestThePlaceIsTakenIndeed(t *testing.T) {
	world := Without(All(Crew(), Db(), Queue()), "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n2-more", "PersistentVolume n3-more")
	plan := drainPlan(t, ToMove(), world...)
	if out := outOf(plan); len(out) != 1 || out[0] != "shop/queue-1 StatefulSet/queue Nowhere" {
		t.Errorf("left out %v: %s", out, told(plan))
	}
}

// TestWhoIsBehindOneThatStays: a member that fits nowhere stays where it is and is Ready, so that who comes after it in its set may go.
func TestWhoIsBehindOneThatStays(t *testing.T) {
	set := StatefulSet("db", 3, ordered)
	world := Without(All(Crew(), Db()), "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free")
	world = With(world, set, MemberPod(set, 2, "n1"), Volume("n2-data", On("n1"), Has("data-db-2", "data-db-2-uid")), Volume("n3-mine", On("n3"), ReservedFor("data-db-2")))
	plan := drainPlan(t, ToMove(), world...)
	moved, out := plan.Members(), outOf(plan)
	if plan.Verdict != drain.Ready || !slices.Equal(out, []string{"shop/db-1 StatefulSet/db Nowhere"}) || !slices.Equal(moved, []string{"shop/db-2"}) {
		t.Errorf("moved %v, left out %v: %s", moved, out, told(plan))
	}
	dead := With(world, Node("n1", Unreachable), Lease("n1", "1"))
	lost := recoverPlan(t, nil, dead...)
	if lost.Verdict != drain.Blocked {
		t.Errorf("nothing brings db-2 of a dead node back before db-1: %s", told(lost))
	}
}
