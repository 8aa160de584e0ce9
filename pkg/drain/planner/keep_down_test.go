package planner

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestKeptMembersAreMissedMeanwhile: a reboot takes members down as well as a move does, and leaves a majority of the others, unless somebody
// accepts that. One that has no others is down by the nature of a reboot.
func TestKeptMembersAreMissedMeanwhile(t *testing.T) {
	set := StatefulSet("db", 3)
	gone := Node("n2", Unreachable)
	both := []any{MemberPod(set, 2, "n1"), Volume("n2-data", On("n1"), Has("data-db-2", "data-db-2-uid"))}
	single := []any{StatefulSet("db", 1), MemberPod(StatefulSet("db", 1), 0, "n1"), HeldBy("data-db-0", "n1-data", "n1")}
	files := func(name, node string) *corev1.Pod {
		return Consumer(name, node, "files", ControlledBy("ReplicaSet", "files-1"), PodLabel("app", "files"))
	}
	shared := All(ReplicaSet("files-1", 2, "files"), HeldBy("files", "n1-files", "n1"), files("files-1-a", "n1"), files("files-1-b", "n1"))
	few := "blocked Quorum [--allow-down]: shop/db-1 is down until n1 is back, and 1 of 3 members of StatefulSet/db"
	none := "blocked LastCopy [--allow-down]: shop/db-1 is down until n1 is back, and no other member of StatefulSet/db"
	for name, tc := range map[string]struct {
		world   []any
		down    bool
		verdict drain.Verdict
		says    string
	}{
		"all serve":                         {All(Crew(), Db()), false, drain.Ready, "shop/db-1 shop/data-db-1: n1-data (n1) -> stays (n1)"},
		"another does not":                  {With(All(Crew(), Db()), MemberPod(set, 2, "n2", Unready)), false, drain.Blocked, few},
		"another is on a node that is gone": {With(All(Crew(), Db()), gone), false, drain.Blocked, few},
		"another goes as well":              {With(All(Crew(), Db()), both...), false, drain.Blocked, few},
		"another goes as well, and may":     {With(All(Crew(), Db()), both...), true, drain.Ready, "note: shop/db-2 is down until n1 is back, and 1 of 3 members of StatefulSet/db"},
		"no other does":                     {With(All(Crew(), Db()), gone, MemberPod(set, 0, "n0", Unready)), false, drain.Blocked, none},
		"no other does, and it may":         {With(All(Crew(), Db()), gone, MemberPod(set, 0, "n0", Unready)), true, drain.Ready, "note: shop/db-1 is down until n1 is back, and no other member of StatefulSet/db"},
		"it serves nobody itself":           {With(All(Crew(), Db()), gone, MemberPod(set, 1, "n1", Unready)), false, drain.Ready, "evict Pod shop/db-1"},
		"its set could not be read":         {All(Without(All(Crew(), Db()), "StatefulSet shop/db"), inspect.Gap{Kind: inspect.StatefulSets, Reason: "forbidden"}), false, drain.Ready, "note: shop/db-1 is down until n1 is back, and whether enough other members"},
		"it has no others":                  {All(Crew(), single), false, drain.Ready, "note: StatefulSet/db has no other member that could serve: it is down until n1 is back"},
		"Pods that share a claim":           {All(Crew(), shared), false, drain.Ready, "note: Deployment/files has no other member that could serve: it is down until n1 is back"},
		"one of a pair":                     {All(Crew(), StatefulSet("db", 2), MemberPod(set, 0, "n0"), MemberPod(set, 1, "n1"), HeldBy("data-db-0", "n0-data", "n0"), HeldBy("data-db-1", "n1-data", "n1")), false, drain.Blocked, "blocked Quorum [--allow-down]: shop/db-1 is down until n1 is back, and 1 of 2 members"},
	} {
		t.Run(name, func(t *testing.T) {
			tells(t, drainPlan(t, ToKeep(func(r *drain.DrainRequest) { r.AllowDown = tc.down }), tc.world...), tc.verdict, tc.says)
		})
	}
}

// TestDownIsSaidOncePerMember: what is down for a while is the member, however many claims it has, and nothing of it is lost.
func TestDownIsSaidOncePerMember(t *testing.T) {
	set := StatefulSet("db", 3, WithTemplate("logs"))
	world := With(All(Crew(), Db()), set, MemberPod(set, 0, "n0"), MemberPod(set, 1, "n1"), MemberPod(set, 2, "n2", Unready))
	plan := drainPlan(t, ToKeep(), All(world, HeldBy("logs-db-1", "n1-logs", "n1"))...)
	if len(plan.Blockers) != 1 || plan.Blockers[0].Override != "--allow-down" || plan.Blockers[0].Except != "shop/StatefulSet/db" {
		t.Error(told(plan))
	}
	allowed := drainPlan(t, ToKeep(func(r *drain.DrainRequest) { r.AllowDown = true }), All(world, HeldBy("logs-db-1", "n1-logs", "n1"))...)
	tells(t, allowed, drain.Ready, "evict Pod shop/db-1")
	without(t, allowed, "lost: ")
}

// TestKeptPodsThatAreHeld: a Pod that others hold would stop, and not be recreated even when the node is back. It stays, and the others go.
func TestKeptPodsThatAreHeld(t *testing.T) {
	hold := func(p *corev1.Pod) { p.Finalizers = []string{"backup.example/hold"} }
	world := With(All(Crew(), Db(), Queue()), MemberPod(StatefulSet("db", 3), 1, "n1", hold))
	plan := drainPlan(t, ToKeep(), world...)
	tells(t, plan, drain.Ready, "left out shop/db-1 Finalizer []: Pod shop/db-1, which is Ready, has finalizer backup.example/hold", "evict Pod shop/queue-1", "1 Pod stays on n1 (left out): shop/db-1")
	without(t, plan, "evict Pod shop/db-1")
	unready := With(world, MemberPod(StatefulSet("db", 3), 1, "n1", hold, Unready))
	tells(t, drainPlan(t, ToKeep(), unready...), drain.Ready, "evict Pod shop/db-1")
}

// TestBudgetsThatTheDrainUsesUp: Pods that wait for the node, or go together for the sake of one claim, are missing for all evictions after the
// first.
func TestBudgetsThatTheDrainUsesUp(t *testing.T) {
	five := StatefulSet("db", 5)
	var world []any
	for i, node := range []string{"n0", "n1", "n1", "n2", "n3"} {
		name := "db-" + string(rune('0'+i))
		world = All(world, MemberPod(five, i, node), HeldBy("data-"+name, "of-"+name, node))
	}
	world = All(Crew(), Free("n0-more", "n2-more", "n3-more"), five, world)
	kept := "note: disruption budget db allows 1 eviction now, and 2 Pods of it (shop/db-1, shop/db-2) would wait for n1 at the same time"
	tells(t, drainPlan(t, ToKeep(), All(world, Budget("db", "db", 1))...), drain.Ready, kept)
	without(t, drainPlan(t, ToKeep(), All(world, Budget("db", "db", 2))...), "at the same time")
	without(t, drainPlan(t, ToMove(), All(world, Budget("db", "db", 1))...), "in vain")
	files := func(name string) *corev1.Pod {
		return Consumer(name, "n1", "files", ControlledBy("ReplicaSet", "files-1"), PodLabel("app", "files"))
	}
	shared := All(Crew(), ReplicaSet("files-1", 2, "files"), HeldBy("files", "n1-files", "n1"), files("files-1-a"), files("files-1-b"), Budget("f", "files", 1))
	together := "note: disruption budget f allows 1 eviction now, and 2 Pods of it (shop/files-1-a, shop/files-1-b) use one claim"
	tells(t, drainPlan(t, ToMove(Accepting("files")), shared...), drain.Ready, together)
	tells(t, drainPlan(t, ToKeep(), shared...), drain.Ready, "would wait for n1 at the same time")
}
