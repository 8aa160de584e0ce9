package planner

import (
	"slices"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestGivenDataIsMissed: a plan that gives away the data of another claim says who needs that.
func TestGivenDataIsMissed(t *testing.T) {
	set := StatefulSet("q", 2)
	for name, tc := range map[string]struct {
		world []any
		by    string
		waits string
	}{
		"by a set that creates the claim later": {[]any{set}, "StatefulSet/q", ""},
		"by the claim itself":                   {[]any{Claim("data-q-1")}, "", "shop/data-q-1"},
		"by nobody":                             {nil, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			world := append([]any{Node("node-0"), left("v", "data-q-1"), Claim("d")}, tc.world...)
			req := drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, For: Key("d"), AcceptForeignData: []string{"v"}}
			plan := planOf(t, reclaiming(req), Snapshot(t, world...))
			at := slices.IndexFunc(plan.Losses, func(f fact.Fact) bool { return f.Code == "ForeignDataGiven" })
			if at < 0 {
				t.Fatalf("losses %v, blockers %v", plan.Losses, plan.Blockers)
			}
			if loss := plan.Losses[at]; loss.Get("by") != tc.by || loss.Get("waits") != tc.waits {
				t.Errorf("%s is missed by %q, waits %s", loss.Get("claim"), loss.Get("by"), loss.Get("waits"))
			}
		})
	}
}

// TestForeignPlaceIsMissed: so does one that would have to be accepted as the place of a member.
func TestForeignPlaceIsMissed(t *testing.T) {
	for _, accept := range [][]string{nil, {"n3-free"}} {
		noted := Volume("n3-free", On("n3"), VolumeAnnotation("localpv.dev/data-of", `{"namespace":"shop","name":"ledger","uid":"ledger-uid"}`))
		world := All(Without(All(Fleet(), Db()), "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free"), noted, Claim("ledger", Asks("900Gi")))
		plan := recovered(t, recoverCase{world: world, ask: func(r *drain.RecoverRequest) { r.AcceptForeignData = accept }})
		told := slices.Clone(plan.Losses)
		for _, b := range slices.Concat(plan.Blockers, leftOutFor(plan)) {
			told = append(told, b.Reason)
		}
		if !slices.ContainsFunc(told, func(f fact.Fact) bool { return f.Get("waits") == "shop/ledger" }) {
			t.Errorf("accepted %v: told %v", accept, told)
		}
	}
}
