package planner

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"

	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestBudgetsThatHoldForEver: of a second node whose budget waits for a member of the first, both are named, with what ends it.
func TestBudgetsThatHoldForEver(t *testing.T) {
	s := StatefulSet("db", 3)
	waiting := With(All(Crew(), Db(), Budget("db", "db", 0)), MemberPod(s, 0, ""))
	for name, tc := range map[string]struct {
		world []any
		says  string
	}{
		"waits for a cordoned node": {With(waiting, Node("n0", Cordoned)),
			"disruption budget db allows none as long as Pod shop/db-0 is not Ready, which waits for the node of its volume n0-data (Node n0 is cordoned): first kubectl uncordon n0"},
		"waits for a tainted node": {With(waiting, Node("n0", Tainted("x", "y", corev1.TaintEffectNoSchedule))),
			"waits for the node of its volume n0-data (Node n0 has taint x=y:NoSchedule): if there is no more reason for that, first kubectl taint node n0 x=y:NoSchedule-"},
		"waits for a node that is down": {With(waiting, Node("n0", Unreachable)), "waits for the node of its volume n0-data (Node n0 is unreachable): it must be Ready first"},
		"waits for a node that is gone": {Without(waiting, "Node n0"), "waits for the node of its volume n0-data (Node n0 does not exist): first kubectl localpv recover n0"},
		"is on a node that is down": {With(waiting, MemberPod(s, 0, "n0", Unready), Node("n0", Unreachable)),
			"Pod shop/db-0 is not Ready, which is on a node that does not run it (Node n0 is unreachable): it must be Ready first"},
		"is about to be there": {waiting, "the eviction of Pod shop/db-1 waits: disruption budget db allows none now, as Pod shop/db-0 is not Ready"},
		"is Ready":             {All(Crew(), Db(), Budget("db", "db", 0)), "the eviction of Pod shop/db-1 waits: disruption budget db allows none now"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, request := range []string{"keep", "move"} {
				r := ToKeep()
				if request == "move" {
					r = ToMove(Accepting("data-db-1"))
				}
				if text := strings.Join(strings.Fields(told(drainPlan(t, r, tc.world...))), " "); !strings.Contains(text, tc.says) {
					t.Errorf("%s: it does not say %q: %s", request, tc.says, text)
				}
			}
		})
	}
}

// TestWantsAll takes budgets as they are written.
func TestWantsAll(t *testing.T) {
	number, share := intstr.FromInt32, intstr.FromString
	for name, tc := range map[string]struct {
		most, least *intstr.IntOrString
		expected    int32
		want        bool
	}{
		"none may be missing":              {most: ptr.To(number(0)), expected: 3, want: true},
		"no share of them may":             {most: ptr.To(share("0%")), expected: 3, want: true},
		"one may":                          {most: ptr.To(number(1)), expected: 1},
		"a small share is one":             {most: ptr.To(share("10%")), expected: 3},
		"all must be there":                {least: ptr.To(share("100%")), expected: 3, want: true},
		"as many must be as there are":     {least: ptr.To(number(3)), expected: 3, want: true},
		"fewer must be":                    {least: ptr.To(number(2)), expected: 3},
		"a share that is all of them":      {least: ptr.To(share("80%")), expected: 3, want: true},
		"how many there are is not known":  {least: ptr.To(number(3))},
		"how many may be is not said":      {expected: 3},
		"how many may be cannot be read":   {most: ptr.To(share("many")), expected: 3},
		"how many must be cannot be read ": {least: ptr.To(share("many")), expected: 3},
	} {
		b := &policyv1.PodDisruptionBudget{Spec: policyv1.PodDisruptionBudgetSpec{MaxUnavailable: tc.most, MinAvailable: tc.least},
			Status: policyv1.PodDisruptionBudgetStatus{ExpectedPods: tc.expected}}
		if got := wantsAll(b); got != tc.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
