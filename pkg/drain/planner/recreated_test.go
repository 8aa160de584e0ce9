package planner

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// recreatedPlan plans to recover from n1, whose name another machine has, which lives.
func recreatedPlan(t *testing.T, world ...any) *drain.Plan {
	t.Helper()
	return recoverPlan(t, func(r *drain.RecoverRequest) { r.Recreated, r.Fenced = true, false }, With(world, Node("n1", BornAgo(time.Hour)))...)
}

// TestRecreatedAsksAgain: Pods that run on the new machine are evicted, as their budgets allow, and what the Plan rests on is asked again
// right before that.
func TestRecreatedAsksAgain(t *testing.T) {
	plan := recreatedPlan(t, All(Fleet(), Db())...)
	i := slices.IndexFunc(plan.Steps, func(s drain.Step) bool { return s.Action == drain.EvictPod })
	if plan.Verdict != drain.Ready || i < 0 {
		t.Fatal(told(plan))
	}
	p, _ := plan.Steps[i].Parameters.(*drain.EvictParameters)
	if p.Safeguards == nil || p.Safeguards.Ready != 2 || p.Safeguards.Node != "n3" || !slices.Equal(p.Safeguards.Named, []string{"db-0", "db-2"}) {
		t.Errorf("safeguards %+v", p.Safeguards)
	}
	if len(p.Reserved) != 1 || p.Reserved[0].Volume.Name != "n3-free" || len(p.Dead()) != 1 || !p.Dead()[0].Replaced {
		t.Errorf("reserved %+v, rests on %+v", p.Reserved, p.Dead())
	}
}

// TestRecreatedTakesNobodyDownInVain: a member that runs on the new machine is left out where it would not come back, as with drain.
func TestRecreatedTakesNobodyDownInVain(t *testing.T) {
	s := StatefulSet("queue", 3)
	for name, tc := range map[string]struct {
		world []any
		code  drain.BlockerCode
		says  string
	}{
		"a finalizer of its claim": {Queue(func(c *corev1.PersistentVolumeClaim) { c.Finalizers = append(c.Finalizers, "backup.example/hold") }), drain.BlockedFinalizer, "backup.example/hold"},
		"it tolerates the cordon":  {With(Queue(), MemberPod(s, 1, "n1", ToleratesAll)), drain.BlockedPods, "would come back to n1"},
		"two budgets":              {All(Queue(), Budget("a", "queue", 1), Budget("b", "queue", 1)), drain.BlockedPods, "2 disruption budgets"},
	} {
		t.Run(name, func(t *testing.T) {
			plan := recreatedPlan(t, All(Fleet(), Db(), tc.world)...)
			if diff := cmp.Diff([]string{"shop/queue-1 StatefulSet/queue " + string(tc.code)}, outOf(plan)); diff != "" {
				t.Fatalf("left out (-want +got):\n%s\n%s", diff, told(plan))
			}
			if text := english(plan.LeftOut[0].Reason); !strings.Contains(text, tc.says) || plan.Verdict != drain.Ready {
				t.Errorf("%s: %s", plan.Verdict, text)
			}
		})
	}
	held := recreatedPlan(t, All(Fleet(), Db(), Budget("db", "db", 0))...)
	if !slices.ContainsFunc(held.Warnings, func(f fact.Fact) bool { return strings.Contains(english(f), "disruption budget db") }) {
		t.Errorf("that a budget holds it is not said: %s", told(held))
	}
	unread := recreatedPlan(t, All(Fleet(), Db(), inspect.Gap{Kind: inspect.PodDisruptionBudgets, Reason: "forbidden: list poddisruptionbudgets"})...)
	if !slices.ContainsFunc(unread.Warnings, func(f fact.Fact) bool { return f.Code == "BudgetsUnknown" }) {
		t.Errorf("that budgets were not read is not said: %s", told(unread))
	}
}

// TestCopiedVolumesMakeNoOtherMachine: that a volume names another Node as the one it was made for says nothing of the Node that has its home.
func TestCopiedVolumesMakeNoOtherMachine(t *testing.T) {
	for by, replaced := range map[string]bool{"local-volume-provisioner-n9-n9-uid": false, "local-volume-provisioner-n1-earlier-uid": true} {
		world := With(All(Fleet(), Db()), Node("n1"), Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Provisioned(by)))
		plan := recoverPlan(t, func(r *drain.RecoverRequest) { r.Recreated, r.Fenced = true, false }, world...)
		if (plan.Verdict == drain.Ready) != replaced {
			t.Errorf("%s: %s", by, told(plan))
		}
	}
}
