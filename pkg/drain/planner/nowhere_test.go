package planner

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// fullFleet is the Fleet with its set and no volume that is free, and then some.
func fullFleet(more ...any) []any {
	return With(Without(All(Fleet(), Db()), "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free"), more...)
}

// left3 is a volume of n3 whose claim is gone.
func left3(edits ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
	return Volume("n3-old", append([]func(*corev1.PersistentVolume){On("n3"), Has("gone", "gone-uid"), Phase(Released)}, edits...)...)
}

// TestReclaimFirst: a volume that could be reclaimed for a member that fits nowhere is named with all flags that it takes, and with whose data
// that gives up; the commands work.
func TestReclaimFirst(t *testing.T) {
	const fits = "note: shop/db-1 has no volume for claim shop/data-db-1, and n3-old (on n3) would do, which is not available: the claim that had it is gone"
	says(t, recoverPlan(t, nil, fullFleet(left3())...), drain.Blocked,
		fits+", and its data is still there: that of claim shop/gone, which is then overwritten. To reclaim it first: kubectl localpv reclaim n3-old --keep-data; "+
			"then this command needs --accept-foreign-data n3-old")
	reclaimed := Volume("n3-old", On("n3"), VolumeAnnotation(disk.AnnDataOf, `{"namespace":"shop","name":"gone","uid":"gone-uid"}`))
	says(t, recoverPlan(t, func(r *drain.RecoverRequest) { r.AcceptForeignData = []string{"n3-old"} }, fullFleet(reclaimed)...), drain.Ready)
}

// TestOwnDataComesBack: a member that fits nowhere is not told to have its own earlier data overwritten, but how it gets that back.
func TestOwnDataComesBack(t *testing.T) {
	own := func(v *corev1.PersistentVolume) { v.Spec.ClaimRef.Name = "data-db-1" }
	const there = "note: earlier data of shop/db-1 is on n3-old (on n3), where it could run. To give it that back, in place of what it has now: "
	waits := MemberPod(StatefulSet("db", 3), 1, "")
	wal := Db(WithTemplate("wal"))
	for name, tc := range map[string]struct {
		world []any
		says  string
	}{
		"its Pod is on the dead node":      {fullFleet(left3(own)), there + "run this command with --allow-pending, then kubectl localpv reattach n3-old\n"},
		"its Pod waits":                    {fullFleet(left3(own), waits), there + "kubectl localpv reattach n3-old --replace\n"},
		"another claim stays there":        {fullFleet(left3(own), wal, waits, HeldBy("wal-db-1", "n3-wal", "n3")), there},
		"another claim stays elsewhere":    {fullFleet(left3(own), wal, waits, HeldBy("wal-db-1", "n2-wal", "n2")), ""},
		"two volumes are left":             {fullFleet(left3(own), waits, Volume("n2-old", On("n2"), Has("data-db-1", "older"), Phase(Released))), ""},
		"another claim of it is left none": {fullFleet(left3(own), wal, waits), ""},
	} {
		t.Run(name, func(t *testing.T) {
			plan := recoverPlan(t, nil, tc.world...)
			says(t, plan, drain.Blocked, tc.says)
			if text := told(plan); strings.Contains(text, "would do") || (tc.says == "") == strings.Contains(text, "earlier data of") {
				t.Error(text)
			}
		})
	}
}

// TestReclaimFirstForAClaimThatIsGone: an earlier run has deleted the claim, so the volume is reserved for the next.
func TestReclaimFirstForAClaimThatIsGone(t *testing.T) {
	s := StatefulSet("db", 3)
	world := With(Without(fullFleet(left3()), "PersistentVolumeClaim shop/data-db-1"), MemberPod(s, 1, ""),
		Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Phase(Released), SavedFrom(Claim("data-db-1", BoundTo("n1-data"))), RecoveredFrom("n1")))
	says(t, recoverPlan(t, nil, world...), drain.Blocked, "note: shop/db-1 has no volume for claim shop/data-db-1, and n3-old (on n3) would do")
	if text := told(recoverPlan(t, nil, world...)); !strings.Contains(text, "kubectl localpv reclaim n3-old --keep-data --for shop/data-db-1 --accept-foreign-data n3-old; then this command needs --accept-foreign-data n3-old") {
		t.Error(text)
	}
}

// TestNothingIsRecommendedInVain: what reclaim would refuse, or what somebody else would get, is not offered.
func TestNothingIsRecommendedInVain(t *testing.T) {
	for name, world := range map[string][]any{
		"cordoned":                    fullFleet(left3(cordonedVolume)),
		"its disk is used":            fullFleet(left3(), Volume("holder", On("n3"), at("/mnt/n3-old"), Has("theirs", "theirs-uid")), Claim("theirs", BoundTo("holder"))),
		"its own claim waits":         fullFleet(left3(), Claim("gone", WithUID("new"))),
		"another claim waits for one": fullFleet(left3(), Claim("other")),
		"a provisioner erases it":     fullFleet(left3(Deletes, Provisioned(External))),
		"being deleted":               fullFleet(left3(Deleting)),
		"a Pod may use it":            fullFleet(left3(), Consumer("old", "n3", "gone")),
		"its node is cordoned":        fullFleet(left3(), Node("n3", Cordoned)),
		"its node is dead too":        fullFleet(left3(On("n1"))),
		"too small":                   fullFleet(left3(Sized("1Gi"))),
	} {
		t.Run(name, func(t *testing.T) {
			plan := recoverPlan(t, nil, world...)
			if text := told(plan); plan.Verdict != drain.Blocked || strings.Contains(text, "would do") {
				t.Errorf("%s: %s", plan.Verdict, text)
			}
		})
	}
	two := fullFleet(left3(), StatefulSet("a", 1), MemberPod(StatefulSet("a", 1), 0, "n1"), Claim("data-a-0", BoundTo("n1-a")), Volume("n1-a", On("n1"), Has("data-a-0", "data-a-0-uid")))
	plan := recoverPlan(t, func(r *drain.RecoverRequest) { r.AcceptDataLoss = claims("data-a-0") }, two...)
	if n := strings.Count(told(plan), "n3-old (on n3) would do"); n != 1 {
		t.Errorf("one volume is offered to %d members: %s", n, told(plan))
	}
}

// TestClaimOfThatName: that the claim of a volume is gone is not to say that there is none of its name.
func TestClaimOfThatName(t *testing.T) {
	v := Volume("v", Has("c", "c-uid"), Phase(Released))
	for name, tc := range map[string]struct {
		world []any
		says  string
	}{
		"there is none":          {nil, "its claim shop/c is gone\n"},
		"one has another volume": {[]any{Claim("c", WithUID("new"), BoundTo("w")), Volume("w", Has("c", "new"))}, "its claim shop/c is gone, and the claim of that name now is another, which has w\n"},
		"one waits":              {[]any{Claim("c", WithUID("new"), WantsClass("slow"))}, "and the claim of that name now is another, which waits for a volume"},
	} {
		t.Run(name, func(t *testing.T) {
			release := planOf(t, releasing(drain.ReleaseRequest{Targets: Pv("v")}), Snapshot(t, All(Node("node-0"), StorageClass("slow"), v, tc.world)...))
			if text := told(release) + "\n"; !strings.Contains(text, tc.says) {
				t.Errorf("release: want %q: %s", tc.says, text)
			}
		})
	}
	inUse := []any{Node("node-0"), v, Claim("c", WithUID("new")), Consumer("old", "node-0", "c")}
	plan := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}), Snapshot(t, inUse...))
	if text := told(plan); !strings.Contains(text, "although its claim is gone, and the claim of that name now is another, which waits for a volume: ") {
		t.Error(text)
	}
}
