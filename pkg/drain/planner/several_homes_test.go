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
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// onEither is a volume that can be used on n0 and n3, of which one has its data.
func onEither(v *corev1.PersistentVolume) {
	Within(Term(In("kubernetes.io/hostname", "n0", "n3")))(v)
}

// TestAVolumeWithSeveralHomes: nobody is sent to a node that may not have the data, unless those that do not have it were cordoned.
func TestAVolumeWithSeveralHomes(t *testing.T) {
	back := reattaching(drain.ReattachRequest{Volume: "old"})
	exchange := reattaching(drain.ReattachRequest{Volume: "old", Replace: true})
	keep := reattaching(drain.ReattachRequest{Volume: "old", Claim: Key("data-db-1")})
	reclaim := reclaiming(drain.ReclaimRequest{Volumes: []string{"old"}, KeepData: true})
	reserve := reclaiming(drain.ReclaimRequest{Volumes: []string{"old"}, KeepData: true, For: Key("data-db-1")})
	old := left("old", "data-db-1", onEither)
	serving := All(Crew(), Db(), old)
	waiting := With(Without(serving, "PersistentVolume n1-data"), MemberPod(StatefulSet("db", 3), 1, ""), Claim("data-db-1", WithUID("new")))
	for name, tc := range map[string]struct {
		world   []any
		request request
		codes   []drain.BlockerCode
	}{
		"reattach":                        {waiting, back, []drain.BlockerCode{drain.BlockedShared}},
		"reattach, by name":               {waiting, keep, []drain.BlockerCode{drain.BlockedShared}},
		"reattach in place of another":    {serving, exchange, []drain.BlockerCode{drain.BlockedShared}},
		"reclaim":                         {waiting, reclaim, []drain.BlockerCode{drain.BlockedShared}},
		"reserve":                         {waiting, reserve, []drain.BlockerCode{drain.BlockedShared}},
		"reattach, the other is cordoned": {With(waiting, Node("n3", Cordoned)), back, nil},
		"reclaim, the other is cordoned":  {With(waiting, Node("n3", Cordoned)), reclaim, nil},
		"reattach with one home":          {With(waiting, left("old", "data-db-1", On("n0"))), back, nil},
	} {
		t.Run(name, func(t *testing.T) {
			plan := planOf(t, tc.request, Snapshot(t, tc.world...))
			if diff := cmp.Diff(tc.codes, codesOf(plan)); diff != "" {
				t.Errorf("blockers (-want +got):\n%s\n%s", diff, told(plan))
			}
		})
	}
}

// TestSeveralHomesAndOneThatIsGone: the machine that is gone may have the data too, so that nobody cordons all but the wrong one.
func TestSeveralHomesAndOneThatIsGone(t *testing.T) {
	old := left("old", "data-db-1", Within(Term(In("kubernetes.io/hostname", "n0", "n3", "n9"))))
	waiting := With(Without(All(Crew(), Db(), old), "PersistentVolume n1-data"), MemberPod(StatefulSet("db", 3), 1, ""), Claim("data-db-1", WithUID("new")))
	plan := planOf(t, reattaching(drain.ReattachRequest{Volume: "old"}), Snapshot(t, waiting...))
	says(t, plan, drain.Blocked, "blocked Shared []: old: the data may be on any of n0, n3, n9, of which n9 no longer exists, and nothing says which of them has it; ")
}

// TestNoMemberMovesToSeveralHomes: a member that starts on one of them may be on the other after its next restart.
func TestNoMemberMovesToSeveralHomes(t *testing.T) {
	world := Without(All(Fleet(), Db()), "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free")
	plan := recoverPlan(t, nil, All(world, Volume("either", onEither))...)
	if diff := cmp.Diff([]drain.BlockerCode{drain.BlockedShared}, codesOf(plan)); diff != "" {
		t.Errorf("blockers (-want +got):\n%s\n%s", diff, told(plan))
	}
	plan = recoverPlan(t, nil, All(world, Volume("either", onEither), Free("n2-free"))...)
	if plan.Verdict != drain.Ready || plan.Moves[0].To != "n2-free" {
		t.Error(told(plan))
	}
}

// TestReclaimSaysThatDataIsElsewhere: as reattach does, of a volume whose claim it gives it back to.
func TestReclaimSaysThatDataIsElsewhere(t *testing.T) {
	elsewhere := left("v", "c", Within(Term(In("kubernetes.io/hostname", "n0", "n3"))), VolumeAnnotation("local.path.provisioner/selected-node", "n3"))
	plan := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}), Snapshot(t, With(All(Crew(), elsewhere, Claim("c")), Node("n0", Cordoned))...))
	if !slices.ContainsFunc(plan.Warnings, func(f fact.Fact) bool { return f.Code == "ReattachedAstray" }) {
		t.Error(told(plan))
	}
}

// TestNobodyIsSentAwayFromHisData: where the node that has the data of a volume takes no Pods, they would start on another, without it.
func TestNobodyIsSentAwayFromHisData(t *testing.T) {
	astray := left("old", "data-db-1", onEither, VolumeAnnotation("local.path.provisioner/selected-node", "n3"))
	waiting := With(Without(All(Crew(), Db(), astray), "PersistentVolume n1-data"), MemberPod(StatefulSet("db", 3), 1, ""), Claim("data-db-1", WithUID("new")), Node("n0", Cordoned))
	asks := MemberPod(StatefulSet("db", 3), 1, "", func(p *corev1.Pod) { p.Spec.NodeSelector = map[string]string{"kubernetes.io/hostname": "n0"} })
	large := MemberPod(StatefulSet("db", 3), 1, "", Requests(corev1.ResourceCPU, "2"))
	for name, tc := range map[string]struct {
		change []any
		says   string
		room   bool
	}{
		"it takes them":    {nil, "", false},
		"others do too":    {[]any{Node("n0")}, "its Pod may start on n0, without that data: first kubectl cordon n0", false},
		"cordoned":         {[]any{Node("n3", Cordoned)}, "Node n3 is cordoned, so its Pod would start on another node, without that data: first kubectl uncordon n3", false},
		"tainted":          {[]any{Node("n3", Tainted("disk", "bad", corev1.TaintEffectNoSchedule))}, "Node n3 has taint disk=bad:NoSchedule", false},
		"not Ready":        {[]any{Node("n3", Condition(corev1.ConditionFalse, time.Minute))}, "Node n3 is NotReady", false},
		"it does not fit":  {[]any{Node("n3", Allows(corev1.ResourceCPU, "1")), large}, "shop/db-1 does not fit there", true},
		"another selected": {[]any{asks}, "Pod shop/db-1 selects other nodes than n3", false},
	} {
		for how, r := range map[string]request{
			"reattach": reattaching(drain.ReattachRequest{Volume: "old", AllowPending: true}),
			"reclaim":  reclaiming(drain.ReclaimRequest{Volumes: []string{"old"}, KeepData: true}),
			"reserve":  reclaiming(drain.ReclaimRequest{Volumes: []string{"old"}, KeepData: true, For: Key("data-db-1")}),
		} {
			if tc.room && how != "reattach" {
				continue // only the scheduler's filters know
			}
			t.Run(name+", "+how, func(t *testing.T) {
				plan := planOf(t, r, Snapshot(t, With(waiting, tc.change...)...))
				if text := told(plan); (plan.Verdict == drain.Blocked) != (tc.says != "") || !strings.Contains(text, tc.says) {
					t.Error(text)
				}
				if want := []drain.BlockerCode{drain.BlockedShared}; tc.says != "" && !slices.Equal(codesOf(plan), want) {
					t.Errorf("%v, want %v", codesOf(plan), want)
				}
			})
		}
	}
}

// TestAPlaceWithAClosedHome: of a volume that can be used on two nodes, of which one is cordoned or gone, it is told that the member's Pod may
// start there later. It is taken only if there is no other.
func TestAPlaceWithAClosedHome(t *testing.T) {
	const told3 = "note: the affinity of either allows n3 besides n0: it is cordoned, or does not exist"
	full := Without(All(Crew(), Db(), Volume("either", onEither)), "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free")
	back := With(Without(All(full, left("old", "data-db-1", onEither)), "PersistentVolume n1-data"), MemberPod(StatefulSet("db", 3), 1, ""), Claim("data-db-1", WithUID("new")), Node("n3", Cordoned))
	for name, tc := range map[string]struct {
		world []any
		to    string
		says  string
	}{
		"cordoned":             {With(full, Node("n3", Cordoned)), "either", told3},
		"gone":                 {Without(full, "Node n3"), "either", told3},
		"another has one home": {All(With(full, Node("n3", Cordoned)), Free("n2-free")), "n2-free", ""},
	} {
		t.Run(name, func(t *testing.T) {
			plan := drainPlan(t, ToMove(), tc.world...)
			if text := told(plan); plan.Verdict != drain.Ready || plan.Moves[0].To != tc.to || strings.Contains(text, told3) != (tc.says != "") || strings.Contains(text, "counts as that one") {
				t.Error(text)
			}
		})
	}
	for name, r := range map[string]request{
		"reattach": reattaching(drain.ReattachRequest{Volume: "old"}),
		"reclaim":  reclaiming(drain.ReclaimRequest{Volumes: []string{"old"}, KeepData: true}),
	} {
		plan := planOf(t, r, Snapshot(t, back...))
		if text := told(plan); plan.Verdict != drain.Ready || !strings.Contains(text, "note: the affinity of old allows n3 besides n0") ||
			strings.Contains(text, "counts as that one") || !strings.Contains(text, "and nothing else says that the data is on n0") {
			t.Error(name + ": " + text)
		}
	}
}
