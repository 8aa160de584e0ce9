package planner

import (
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// newer is what another version of the program has recorded.
func newer(v *corev1.PersistentVolume) { VolumeAnnotation(retain.AnnVersion, "99")(v) }

// TestOtherVersionsAreNotOverlooked: a record that is not understood is no reason to take the volume for one without a record,
// whether a step is about the volume or not.
func TestOtherVersionsAreNotOverlooked(t *testing.T) {
	released := Volume("v", Has("c", "c-uid"), Phase(Released), SavedFrom(Claim("c", BoundTo("v"))), newer)
	halfMoved := Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Phase(Released), RecoveredFrom("n1"), SavedFrom(Claim("data-db-1", BoundTo("n1-data"))), newer)
	twoClaims := With(Without(All(Fleet(), Free("n3-two", "n2-two", "n0-two"), Db(WithTemplate("wal"))), "PersistentVolumeClaim shop/data-db-1"), halfMoved)
	recovering := func(ix *inspect.Index) (*drain.Plan, error) {
		return PlanRecover(t.Context(), ix, Scheduler, drain.RecoverRequest{Nodes: []string{"n1"}, UnreachableFor: 5 * time.Minute, Fenced: true, Concurrency: 4, AllowPending: true,
			Earlier: &liveness.LeaseSample{At: Now().Add(-21 * time.Second), Leases: ix.Leases}})
	}
	for name, tc := range map[string]struct {
		snapshot *inspect.Snapshot
		request  request
	}{
		"a release that another claim of that name has followed": {
			Snapshot(t, Node("node-0"), released, Volume("w", Has("c", "c2-uid")), Claim("c", WithUID("c2-uid"), BoundTo("w"))), releasing(drain.ReleaseRequest{Targets: Pvc("c")}),
		},
		"a release that is to be finished": {Snapshot(t, Node("node-0"), released), releasing(drain.ReleaseRequest{Targets: Pvc("c"), Reserve: true})},
		"a reclaimed volume that has a claim": {
			Snapshot(t, Node("node-0"), Volume("v", Has("d", "d-uid"), SavedFrom(Claim("c")), newer), Claim("d", BoundTo("v"), WithUID("d-uid"))),
			reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}),
		},
		"a move that is half done": {Snapshot(t, With(Without(All(Fleet(), Db()), "PersistentVolumeClaim shop/data-db-1", "Pod shop/db-1"), halfMoved)), recovering},
		"one claim of a member":    {Snapshot(t, All(twoClaims, Claim("data-db-1", WithUID("new-uid")))), recovering},
	} {
		t.Run(name, func(t *testing.T) {
			plan := planOf(t, tc.request, tc.snapshot)
			if plan.Verdict != drain.Blocked || !slices.Contains(codesOf(plan), drain.BlockedNewer) {
				t.Errorf("%s %v, want it blocked by %s", plan.Verdict, codesOf(plan), drain.BlockedNewer)
			}
		})
	}
}

// TestOtherVersionsKeepNobodyElse: a record that is not understood keeps its own volume from being used, and no other.
func TestOtherVersionsKeepNobodyElse(t *testing.T) {
	selected := planOf(t, reclaiming(drain.ReclaimRequest{Selection: &inventory.VolumeFilter{}, KeepData: true}),
		Snapshot(t, Node("node-0"), Volume("v", Has("c", "c-uid"), Phase(Released), newer), Volume("a", Has("a", "a-uid"), Phase(Released))))
	if selected.Verdict != drain.Ready || len(selected.Targets) != 1 || selected.Targets[0].Name != "a" {
		t.Errorf("reclaim of a selection: %s %v %v", selected.Verdict, codesOf(selected), selected.Targets)
	}
	ix := inspect.NewIndex(Snapshot(t, With(All(Fleet(), Db()), Volume("n3-free", On("n3"), newer))))
	plan, err := PlanRecover(t.Context(), ix, Scheduler, drain.RecoverRequest{Nodes: []string{"n1"}, UnreachableFor: 5 * time.Minute, Fenced: true, Concurrency: 4,
		Earlier: &liveness.LeaseSample{At: Now().Add(-21 * time.Second), Leases: ix.Leases}})
	if err != nil {
		t.Fatal(err)
	}
	if plan.Verdict != drain.Ready || plan.Moves[0].To == "" || plan.Moves[0].To == "n3-free" {
		t.Errorf("recover: %s %v %+v", plan.Verdict, codesOf(plan), plan.Moves)
	}
}
