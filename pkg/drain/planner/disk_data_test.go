package planner

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestDataOfTheDisk: a volume of which nothing is recorded holds what another volume of its disk is known to hold, and who is given it
// gets that data.
func TestDataOfTheDisk(t *testing.T) {
	theirs := Volume("n3-old", On("n3"), at("/mnt/n3-free/"), Has("ledger", "ledger-uid"), Phase(Released))
	world := func(base []any) []any {
		return All(Without(base, "PersistentVolume n0-free", "PersistentVolume n2-free"), theirs)
	}
	accept := []string{"n3-free"}
	recovering := func(accepted ...string) *drain.Plan {
		return recovered(t, recoverCase{world: world(All(Fleet(), Db())), ask: func(r *drain.RecoverRequest) { r.AcceptForeignData = accepted }})
	}
	moving := func(accepted ...string) *drain.Plan {
		req := ToMove()
		req.AcceptForeignData = accepted
		plan, err := PlanDrain(t.Context(), inspect.NewIndex(Snapshot(t, world(All(Crew(), Db()))...)), Scheduler, req)
		if err != nil {
			t.Fatal(err)
		}
		return plan
	}
	reserving := func(accepted ...string) *drain.Plan {
		s := Snapshot(t, Node("n3"), Volume("n3-free", On("n3")), theirs, Claim("d"))
		return planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"n3-free"}, KeepData: true, For: Key("d"), AcceptForeignData: accepted}), s)
	}
	for name, plan := range map[string]func(...string) *drain.Plan{"recover": recovering, "drain": moving, "reclaim": reserving} {
		refused := plan()
		text := ""
		for _, b := range slices.Concat(refused.Blockers, leftOutFor(refused)) {
			if b.Code == drain.BlockedForeignData {
				text += english(b.Reason)
			}
		}
		for _, want := range []string{"n3-free", "n3-old", "shop/ledger"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: refused with %q, which does not name %s: %v", name, text, want, refused.Blockers)
			}
		}
		given := plan(accept...)
		if given.Verdict != drain.Ready || len(given.Losses) == 0 || !strings.Contains(english(given.Losses[0]), "n3-old") {
			t.Errorf("%s, accepted: %s, losses %v, blockers %v", name, given.Verdict, given.Losses, given.Blockers)
		}
	}
}

// leftOutFor are the reasons for which members are left out of a Plan.
func leftOutFor(p *drain.Plan) []drain.Blocker {
	var out []drain.Blocker
	for _, o := range p.LeftOut {
		out = append(out, drain.Blocker{Code: o.Code, Reason: o.Reason, Override: o.Override})
	}
	return out
}

// TestOwnDataOfTheDisk: what an earlier claim of the same name left on the disk by another volume is no other's.
func TestOwnDataOfTheDisk(t *testing.T) {
	own := Volume("n3-old", On("n3"), at("/mnt/n3-free"), Has("data-db-1", "earlier-uid"), Phase(Released))
	plan := recovered(t, recoverCase{world: All(Without(All(Fleet(), Db()), "PersistentVolume n0-free", "PersistentVolume n2-free"), own)})
	if plan.Verdict != drain.Ready || len(plan.Moves) != 1 || plan.Moves[0].ToData != drain.DataOwn {
		t.Errorf("%s, moves %v, blockers %v", plan.Verdict, plan.Moves, plan.Blockers)
	}
}

// TestWipedBeforeATwinWasUsed: a disk that was wiped before another volume of it was used is not preferred as an empty one.
func TestWipedBeforeATwinWasUsed(t *testing.T) {
	since := Now()
	used := Volume("n0-old", On("n0"), at("/mnt/n0-free"), Has("ledger", "ledger-uid"), Phase(Released), func(v *corev1.PersistentVolume) { v.Status.LastPhaseTransitionTime.Time = since })
	plan := recovered(t, recoverCase{world: With(All(Fleet(), Db()), Volume("n0-free", On("n0"), wiped), used)})
	if plan.Verdict != drain.Ready || len(plan.Moves) != 1 || plan.Moves[0].To == "n0-free" {
		t.Errorf("%s, moves %v, blockers %v", plan.Verdict, plan.Moves, plan.Blockers)
	}
}
