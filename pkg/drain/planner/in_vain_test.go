package planner

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// theirData is recorded on a volume that a claim had which is gone.
func theirData() func(*corev1.PersistentVolume) {
	return VolumeAnnotation("localpv.dev/data-of", `{"namespace":"shop","name":"theirs","uid":"theirs-uid"}`)
}

// inVainCases are about volumes with the data of another, which are reserved for a claim that gets another volume.
func inVainCases() []planCase {
	n, waiting, v := Node("node-0"), Claim("c", WithUID("new-uid")), left("v", "c")
	erased := Volume("w", ReservedFor("c"), theirData(), Deletes)
	reattach := reattaching(drain.ReattachRequest{Volume: "v"})
	accepted := reattaching(drain.ReattachRequest{Volume: "v", AcceptForeignData: []string{"w"}})
	back := []drain.Action{drain.ReserveVolume, drain.ReserveVolume, drain.AwaitBound}
	open := []drain.Action{drain.OpenVolume, drain.ReserveVolume, drain.AwaitBound}
	return []planCase{
		{name: "reattach while a volume with other data is reserved", world: []any{n, v, waiting, Volume("w", ReservedFor("c"), theirData()), Claim("d")}, request: reattach,
			verdict: drain.Ready, actions: back},
		{name: "reattach while a volume with other data is reserved that would be erased", world: []any{n, v, waiting, erased, Claim("d")}, request: reattach,
			verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedForeignData}, actions: open},
		{name: "reattach while a volume with other data is reserved, and others may have it", world: []any{n, v, waiting, erased, Claim("d")}, request: accepted,
			verdict: drain.Ready, actions: open},
		{name: "reattach while a volume with other data is reserved, and nobody else waits", world: []any{n, v, waiting, erased}, request: reattach,
			verdict: drain.Ready, actions: open},
	}
}

// recoverInVainCases are the same of recover.
func recoverInVainCases() []recoverCase {
	world := func(edits ...func(*corev1.PersistentVolume)) []any {
		edits = append(edits, On("n2"), heldFor("data-db-1"), theirData())
		return With(All(Fleet(), Db(), Claim("d")), MemberPod(StatefulSet("db", 3), 1, ""), Node("n2", Cordoned), Volume("n2-free", edits...))
	}
	moves := []string{"data-db-1 > n3-free (n3)"}
	steps := func(first string) []string {
		return []string{"cordon-node n1", "retain-volume n1-data", "await-unused db-1", first, "reserve-volume n3-free", "delete-claim data-db-1", "await-released n1-data", "await-ready db-1"}
	}
	return []recoverCase{
		{name: "again, other data reserved in vain", world: world(), verdict: drain.Ready, moves: moves, steps: steps("reserve-volume n2-free")},
		{name: "again, other data reserved in vain that would be erased", world: world(Deletes), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedForeignData},
			moves: moves, steps: steps("open-volume n2-free")},
		{name: "again, other data reserved in vain, and others may have it", world: world(Deletes), verdict: drain.Ready, moves: moves, steps: steps("open-volume n2-free"),
			ask: func(r *drain.RecoverRequest) { r.AcceptForeignData = []string{"n2-free"} }},
	}
}

// TestReservedInVain: the claim whose data is on such a volume is named again with its UID, as the one that had it, and what is said of
// the volume is that it is Released again.
func TestReservedInVain(t *testing.T) {
	reattach := planOf(t, inVainCases()[0].request, Snapshot(t, inVainCases()[0].world...))
	again := recoverInVainCases()[0]
	for volume, plan := range map[string]*drain.Plan{"w": reattach, "n2-free": recovered(t, again)} {
		at := slices.IndexFunc(plan.Steps, func(s drain.Step) bool { return s.Object.Name == volume })
		if at < 0 {
			t.Fatalf("%s: %v", volume, actionsOf(plan))
		}
		free, ok := plan.Steps[at].Parameters.(*drain.FreeParameters)
		if !ok || !free.Former || free.Policy != corev1.PersistentVolumeReclaimRetain || free.For == nil || free.For.UID != "theirs-uid" {
			t.Errorf("%s: %+v", volume, free)
		}
		if !slices.ContainsFunc(plan.Outcome, func(f fact.Fact) bool {
			return f.Code == "VolumesReleasedBesides" && strings.Contains(english(f), volume)
		}) {
			t.Errorf("%s: outcome %v", volume, plan.Outcome)
		}
	}
}

func recovered(t *testing.T, tc recoverCase) *drain.Plan {
	t.Helper()
	s := Snapshot(t, tc.world...)
	plan, err := PlanRecover(t.Context(), inspect.NewIndex(s), Scheduler, tc.request(s))
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// TestForeignDataOfAMoveIsALoss: a member that starts on the data of another claim overwrites it, whether its volume is reserved now or
// was before. The old volumes keep theirs all the same.
func TestForeignDataOfAMoveIsALoss(t *testing.T) {
	accepted := []string{"n3-free"}
	world := func(base []any, edits ...func(*corev1.PersistentVolume)) []any {
		return With(Without(base, "PersistentVolume n0-free", "PersistentVolume n2-free"), Volume("n3-free", append(edits, On("n3"), theirData())...))
	}
	recovering := recoverCase{ask: func(r *drain.RecoverRequest) { r.AcceptForeignData = accepted }}
	recovering.world = world(All(Fleet(), Db()))
	reserved := recovering
	reserved.world = world(With(All(Fleet(), Db()), MemberPod(StatefulSet("db", 3), 1, "")), heldFor("data-db-1"))
	moving := ToMove()
	moving.AcceptForeignData = accepted
	moved, err := PlanDrain(t.Context(), inspect.NewIndex(Snapshot(t, world(All(Crew(), Db()))...)), Scheduler, moving)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"shop/data-db-1 can get n3-free (on n3), and read and overwrite the data of claim shop/theirs on it (--accept-foreign-data n3-free)"}
	for name, plan := range map[string]*drain.Plan{"recover": recovered(t, recovering), "reserved": recovered(t, reserved), "drain": moved} {
		var got []string
		for _, f := range plan.Losses {
			got = append(got, english(f))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s, %s: losses (-want +got):\n%s%v", name, plan.Verdict, diff, plan.Blockers)
		}
		if !slices.ContainsFunc(plan.Outcome, func(f fact.Fact) bool { return f.Code == "OldVolumesKeepData" }) {
			t.Errorf("%s: outcome %v", name, plan.Outcome)
		}
	}
}

// TestAcceptedVolumesExist holds for all commands what TestForeignDataOfNoVolume does for recover.
func TestAcceptedVolumesExist(t *testing.T) {
	ix := inspect.NewIndex(Snapshot(t, Node("node-0"), left("v", "c"), Volume("r", ReservedFor("c"))))
	for name, r := range map[string]request{
		"reclaim":   reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, AcceptForeignData: []string{"w"}}),
		"unreserve": reclaiming(drain.ReclaimRequest{Volumes: []string{"r"}, Unreserve: true, AcceptForeignData: []string{"w"}}),
		"reattach":  reattaching(drain.ReattachRequest{Volume: "v", AcceptForeignData: []string{"w"}}),
	} {
		var missing *drain.NotFoundError
		if plan, err := r(ix); !errors.As(err, &missing) || missing.Kind != "volume" || missing.Name != "w" {
			t.Errorf("%s: %v, %v", name, plan, err)
		}
	}
}
