package planner

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestKeptClaimsBehindUnready: a StatefulSet that goes in order recreates no Pod before all earlier ones are Ready, though the claims stay. One
// that serves is not evicted behind one that does not; one that does not serve is told of.
func TestKeptClaimsBehindUnready(t *testing.T) {
	set := StatefulSet("db", 3, ordered)
	for name, tc := range map[string]struct {
		first, own func(*corev1.Pod)
		verdict    drain.Verdict
		says       string
	}{
		"all serve":                {asIs, asIs, drain.Ready, ""},
		"the first does not":       {Unready, asIs, drain.Blocked, "shop/db-1 would be down and not come back before shop/db-0 is Ready"},
		"neither does":             {Unready, Unready, drain.Ready, "shop/db-1 cannot come back before shop/db-0 is Ready"},
		"the first leaves too":     {func(p *corev1.Pod) { Unready(p); p.Spec.NodeName = "n1" }, asIs, drain.Ready, "shop/db-1 cannot come back before shop/db-0 is Ready"},
		"a Ready first leaves too": {func(p *corev1.Pod) { p.Spec.NodeName = "n1" }, asIs, drain.Ready, ""},
	} {
		t.Run(name, func(t *testing.T) {
			world := With(All(Crew(), Db()), set, MemberPod(set, 0, "n0", tc.first), MemberPod(set, 1, "n1", tc.own))
			tells(t, drainPlan(t, ToKeep(), world...), tc.verdict, tc.says)
		})
	}
}

func asIs(*corev1.Pod) {}
