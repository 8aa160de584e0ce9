package planner

import (
	"slices"
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestMemberStillWaits: reattach is for a member, so one that fits no node once it has its volume is noted as still waiting, with what tells why as the
// last thing that is said; also when the command is run again, and not if that it stays Pending was accepted.
func TestMemberStillWaits(t *testing.T) {
	set := StatefulSet("db", 1)
	waiting := []any{set, MemberPod(set, 0, ""), Node("node-0", Cordoned)}
	before := All(waiting, left("v", "data-db-0"), Claim("data-db-0", WithUID("new-uid")))
	after := All(waiting, Volume("v", Has("data-db-0", "new-uid")), Claim("data-db-0", WithUID("new-uid"), BoundTo("v")))
	for name, tc := range map[string]struct {
		world   []any
		accept  bool
		waits   bool
		verdict drain.Verdict
	}{
		"first":                 {before, false, true, drain.Ready},
		"accepted":              {before, true, false, drain.Ready},
		"again":                 {after, false, true, drain.NothingToDo},
		"with a node":           {With(before, Node("node-0")), false, false, drain.Ready},
		"with a node, and done": {With(after, Node("node-0"), MemberPod(set, 0, "node-0")), false, false, drain.NothingToDo},
	} {
		t.Run(name, func(t *testing.T) {
			plan := planOf(t, reattaching(drain.ReattachRequest{Volume: "v", AllowPending: tc.accept}), Snapshot(t, tc.world...))
			if want := map[bool][]string{true: {"shop/db-0"}}[tc.waits]; plan.Verdict != tc.verdict || !slices.Equal(plan.StillWaiting, want) {
				t.Errorf("%s, still waiting %v, want %v: %s", plan.Verdict, plan.StillWaiting, want, told(plan))
			}
			last, missing := lastNext(plan)
			if missing != (tc.waits || tc.accept) || missing && !strings.HasSuffix(last, "kubectl localpv why-pending -n shop") {
				t.Errorf("the last thing it says is %q", last)
			}
		})
	}
}
