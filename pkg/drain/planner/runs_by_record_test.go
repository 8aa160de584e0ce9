package planner

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestHostnamesThatWereExchanged: the affinity of a volume means another node now than the one that a record means. It is told at both, and where its
// Pod runs by the record, that is not sent away.
func TestHostnamesThatWereExchanged(t *testing.T) {
	const differs = "its affinity means n2 (hostname n1), and local.path.provisioner/selected-node says that it was made on n1"
	names := func(node, host string) *corev1.Node { return Node(node, NodeLabel(corev1.LabelHostname, host)) }
	world := With(All(Crew(), Db()), names("n1", "n2"), names("n2", "n1"), member1(On("n1"), madeFor("n1")))
	onHome := With(world, MemberPod(StatefulSet("db", 3), 1, "n2"))
	noted := func(p *drain.Plan) bool {
		return strings.Contains(told(p), differs)
	}
	keep := func(node string) drain.DrainRequest { r := ToKeep(); r.Node = node; return r }
	for _, node := range []string{"n1", "n2"} {
		if plan := drainPlan(t, keep(node), onHome...); !noted(plan) {
			t.Errorf("%s: %v", node, told(plan))
		}
	}
	if plan := drainPlan(t, keep("n0"), onHome...); noted(plan) {
		t.Errorf("n0: %v", told(plan))
	}
	for name, r := range map[string]drain.DrainRequest{"keep": keep("n1"), "move": ToMove()} {
		plan := drainPlan(t, r, world...)
		if plan.Verdict != drain.Blocked || len(plan.Blockers) == 0 || !slices.ContainsFunc(plan.Blockers, func(b drain.Blocker) bool { return b.Reason.Code == "UnclearClaimLeaves" }) {
			t.Errorf("%s, its Pod runs on n1: %v", name, told(plan))
		}
	}
	same := With(All(Crew(), Db()), member1(On("n1"), madeFor("n1")))
	if plan := drainPlan(t, keep("n1"), same...); noted(plan) {
		t.Error("the two agree")
	}
}
