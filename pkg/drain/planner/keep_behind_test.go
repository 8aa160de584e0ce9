package planner

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestKeptClaimsBehindUnready: a StatefulSet that goes in order recreates no Pod before all earlier ones are Ready, though the claims stay. One
// that serves is not evicted behind one that does not; one that does not serve is told of.
func TestKeptClaimsBehindUnready(t *testing.T) {
	set := StatefulSet("db", 7, ordered)
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
			first := MemberPod(set, 0, "n0", tc.first)
			world := With(All(Crew(), Db(), others(set)), set, first, MemberPod(set, 1, "n1", tc.own), Volume("n0-data", On(first.Spec.NodeName), Has("data-db-0", "data-db-0-uid")))
			tells(t, drainPlan(t, ToKeep(), world...), tc.verdict, tc.says)
		})
	}
}

// TestKeptClaimsBehindWaiting: an earlier Pod that waits for the node itself is Ready no sooner than the node is back: nobody stays on the node
// for its sake. One that is not recreated since it waits behind that one is no other reason; one that is not Ready elsewhere is.
func TestKeptClaimsBehindWaiting(t *testing.T) {
	set := StatefulSet("db", 7, ordered)
	world := All(Crew(), others(set), set, HeldBy("data-db-0", "n1-a", "n1"), HeldBy("data-db-1", "n2-data", "n2"), HeldBy("data-db-2", "n1-b", "n1"), MemberPod(set, 2, "n1"))
	for name, tc := range map[string]struct {
		world   []any
		verdict drain.Verdict
		says    string
	}{
		"the first waits for the node":         {All(world, MemberPod(set, 0, ""), MemberPod(set, 1, "n2")), drain.Ready, "shop/db-2 comes back only after shop/db-0, which waits for n1 as well"},
		"it is not recreated yet":              {All(world, MemberPod(set, 1, "n2")), drain.Ready, "shop/db-2 comes back only after shop/db-0, which waits for n1 as well"},
		"another waits behind it":              {All(world, MemberPod(set, 0, "")), drain.Ready, "shop/db-2 comes back only after shop/db-0, which waits for n1 as well"},
		"another is not Ready elsewhere":       {All(world, MemberPod(set, 0, ""), MemberPod(set, 1, "n2", Unready)), drain.Blocked, "not come back before shop/db-1 is Ready"},
		"one leaves, another is not Ready":     {All(world, MemberPod(set, 0, "n1", Unready), MemberPod(set, 1, "n2", Unready)), drain.Ready, "left out shop/db-2 Behind [--allow-down]: shop/db-2 would be down and not come back before shop/db-1 is Ready"},
		"the first waits for another node":     {All(world, MemberPod(set, 0, "n1"), MemberPod(set, 1, "")), drain.Ready, "left out shop/db-2 Behind [--allow-down]: shop/db-2 would be down and not come back before shop/db-1 is Ready"},
		"the first of another node is missing": {All(world, MemberPod(set, 0, "n1")), drain.Ready, "left out shop/db-2 Behind [--allow-down]: shop/db-2 would be down and not come back before shop/db-1 is Ready"},
	} {
		t.Run(name, func(t *testing.T) {
			tells(t, drainPlan(t, ToKeep(), tc.world...), tc.verdict, tc.says)
		})
	}
}

// TestAllowDown: somebody may decide that a member waits for an earlier one that is not Ready.
func TestAllowDown(t *testing.T) {
	set := StatefulSet("db", 7, ordered)
	world := With(All(Crew(), Db(), others(set)), set, MemberPod(set, 0, "n0", Unready))
	tells(t, drainPlan(t, ToKeep(), world...), drain.Blocked, "blocked Behind [--allow-down]: shop/db-1 would be down and not come back before shop/db-0 is Ready")
	allowed := ToKeep(func(r *drain.DrainRequest) { r.AllowDown = true })
	tells(t, drainPlan(t, allowed, world...), drain.Ready, "shop/db-1 cannot come back before shop/db-0 is Ready")
}

// others are the members of a set of seven from the fourth on, which serve: a majority, whatever becomes of the first three.
func others(set *appsv1.StatefulSet) []any {
	var out []any
	for i := 3; i < 7; i++ {
		name := workload.MemberName(set, i)
		out = All(out, MemberPod(set, i, "n3"), HeldBy("data-"+name, "of-"+name, "n3"))
	}
	return out
}

func asIs(*corev1.Pod) {}
