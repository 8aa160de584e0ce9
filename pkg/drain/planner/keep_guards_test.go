package planner

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestKeptMembersAreGuarded: the others of its owner are counted once more before a member is evicted whose claim stays. One that leaves the node
// as well is none of those who serve meanwhile.
func TestKeptMembersAreGuarded(t *testing.T) {
	five := func() []any {
		s := StatefulSet("db", 5, Parallel)
		out := All(Crew(), s)
		for i, n := range []string{"n1", "n1", "n0", "n2", "n3"} {
			name := fmt.Sprintf("data-db-%d", i)
			out = All(out, MemberPod(s, i, n), HeldBy(name, n+"-"+name, n))
		}
		return out
	}
	alone := &drain.Safeguards{Owner: "StatefulSet/db", OwnerUID: UID("db"), Named: []string{"db-0", "db-2"}, Ready: 2, Earlier: []string{"db-0"}}
	two := &drain.Safeguards{Owner: "StatefulSet/db", Named: []string{"db-2", "db-3", "db-4"}, Ready: 3}
	for name, tc := range map[string]struct {
		world   []any
		request drain.DrainRequest
		pod     string
		want    *drain.Safeguards
	}{
		"one of three": {All(Crew(), Db()), ToKeep(), "db-1", alone},
		"one of three, which may stay down": {All(Crew(), Db()), ToKeep(func(r *drain.DrainRequest) { r.AllowDown = true }), "db-1",
			&drain.Safeguards{Owner: "StatefulSet/db", OwnerUID: UID("db"), Named: []string{"db-0", "db-2"}, Ready: 2}},
		"one of three, accepted before":  {With(All(Crew(), Db()), MemberPod(StatefulSet("db", 3), 2, "n2", Unready)), ToKeep(func(r *drain.DrainRequest) { r.AcceptDataLoss = claims("data-db-1") }), "db-1", nil},
		"two of five":                    {five(), ToKeep(), "db-1", two},
		"one without others":             {All(Crew(), Web(Uses("files")), HeldBy("files", "n1-files", "n1")), ToKeep(), "web-1", nil},
		"one that does not serve itself": {With(All(Crew(), Db()), MemberPod(StatefulSet("db", 3), 1, "n1", Unready)), ToKeep(), "db-1", nil},
	} {
		t.Run(name, func(t *testing.T) {
			plan := drainPlan(t, tc.request, tc.world...)
			if diff := cmp.Diff(tc.want, evictionOf(t, plan, tc.pod).Safeguards); diff != "" {
				t.Errorf("safeguards (-want +got):\n%s\n%s", diff, told(plan))
			}
		})
	}
}
