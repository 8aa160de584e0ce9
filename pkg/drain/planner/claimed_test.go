package planner

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestVolumeOfAClaimThatItDoesNotName: the claimRef of a volume was taken away while a claim has it, or before one that names it was bound to it. The
// volume controller gives it to that claim, and nobody else may have it, nor the same disk by another volume.
func TestVolumeOfAClaimThatItDoesNotName(t *testing.T) {
	bare := func(name string) func(*corev1.PersistentVolumeClaim) {
		return func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = name }
	}
	only := Without(All(Fleet(), Db()), "PersistentVolume n0-free", "PersistentVolume n2-free")
	claims := map[string][]any{
		"bound, and a Pod runs with it": {Claim("other", BoundTo("n3-free")), Consumer("other-a", "n3", "other")},
		"bound":                         {Claim("other", BoundTo("n3-free"))},
		"bound, and called Lost":        {Claim("other", BoundTo("n3-free"), func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimLost })},
		"still to be bound":             {Claim("other", bare("n3-free"))},
	}
	for name, claim := range claims {
		t.Run(name, func(t *testing.T) {
			world, code := All(only, claim), "BoundElsewhere"
			if len(claim) > 1 {
				code = "InUse"
			}
			says(t, recoverNodes(t, []string{"n1"}, world...), drain.Blocked, "blocked "+code+" []: claim shop/other ")
			twin := All(With(only, Volume("n3-free", On("n3"), at("/mnt/one"))), Volume("n3-twin", On("n3"), at("/mnt/one/")), claim)
			says(t, recoverNodes(t, []string{"n1"}, twin...), drain.Blocked, "blocked ")
			if plan := recoverNodes(t, []string{"n1"}, twin...); slices.Contains(actionsOf(plan), drain.ReserveVolume) && plan.Verdict != drain.Blocked {
				t.Errorf("its disk is given away: %s", told(plan))
			}
			two := recoverNodes(t, []string{"n1"}, All(world, Free("n2-free"))...)
			says(t, two, drain.Ready, "shop/db-1 shop/data-db-1: n1-data (n1) -> n2-free (n2)")
			s := Snapshot(t, All(world, Claim("waits"))...)
			for what, r := range map[string]request{
				"reclaim":  reclaiming(drain.ReclaimRequest{Volumes: []string{"n3-free"}, KeepData: true, For: Key("waits")}),
				"reattach": reattaching(drain.ReattachRequest{Volume: "n3-free", Claim: Key("waits")}),
			} {
				if plan := planOf(t, r, s); !slices.Contains(codesOf(plan), drain.BlockerCode(code)) {
					t.Errorf("%s gives it away: %s", what, told(plan))
				}
			}
			if open := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"n3-free"}, KeepData: true}), s); strings.Contains(told(open), "Available already") {
				t.Errorf("it is called free: %s", told(open))
			}
		})
	}
	never := recoverNodes(t, []string{"n1"}, All(only, Claim("other", bare("n3-free"), Asks("900Gi")))...)
	says(t, never, drain.Ready, "shop/db-1 shop/data-db-1: n1-data (n1) -> n3-free (n3)") // the volume controller never binds the two
}

// TestDrainOfAVolumeThatNamesNoClaim: a member is named whose volume the volume controller is yet to bind again, and stays where it is: while its Pod
// is away, anybody could be given the volume.
func TestDrainOfAVolumeThatNamesNoClaim(t *testing.T) {
	free := Volume("n1-data", On("n1"))
	for name, r := range map[string]drain.DrainRequest{"keep": ToKeep(), "move": ToMove()} {
		t.Run(name, func(t *testing.T) {
			plan := drainPlan(t, r, All(With(All(Crew(), Db()), free), Web())...)
			says(t, plan, drain.Ready, "note: 1 Pod stays on n1 (left out): shop/db-1", "left out shop/db-1 ClaimLost []: Pod shop/db-1 stays: claim shop/data-db-1 counts as bound to n1-data, which names no claim")
		})
	}
	back := planOf(t, reattaching(drain.ReattachRequest{Volume: "n1-data", Claim: Key("data-db-1")}), Snapshot(t, With(All(Crew(), Db()), free)...))
	if back.Verdict != drain.Ready || !slices.Contains(actionsOf(back), drain.ReserveVolume) {
		t.Errorf("the command that binds the two is %s: %s", back.Verdict, told(back))
	}
}

// TestPodsOfAClaimThatTheVolumeDoesNotName: a Pod goes on with the disk when the volume is taken from its claim, which is Lost then. Whoever gets
// the volume would write to the same disk.
func TestPodsOfAClaimThatTheVolumeDoesNotName(t *testing.T) {
	lost := Claim("other", BoundTo("n3-free"), func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimLost })
	runs := []any{lost, Consumer("other-a", "n3", "other")}
	released := All(Crew(), Claim("waits", WithUID("new")), Volume("n3-free", On("n3"), Has("waits", "old"), Phase(Released)))
	for name, r := range map[string]request{
		"reattach": reattaching(drain.ReattachRequest{Volume: "n3-free"}),
		"reclaim":  reclaiming(drain.ReclaimRequest{Volumes: []string{"n3-free"}, KeepData: true}),
	} {
		if plan := planOf(t, r, Snapshot(t, released...)); plan.Verdict != drain.Ready {
			t.Errorf("%s, and nobody runs with it: %s", name, told(plan))
		}
		plan := planOf(t, r, Snapshot(t, All(released, runs)...))
		if text := told(plan); !slices.Contains(codesOf(plan), drain.BlockedInUse) || !strings.Contains(text, "shop/other-a") || !strings.Contains(text, "shop/waits") ||
			!strings.Contains(text, "reattach n3-free --claim shop/other --accept-foreign-data n3-free") {
			t.Errorf("%s: %s", name, text)
		}
	}
	only := With(Without(All(Fleet(), Db()), "PersistentVolume n0-free", "PersistentVolume n2-free"), Volume("n3-free", On("n3"), ReservedFor("data-db-1")))
	says(t, recoverNodes(t, []string{"n1"}, only...), drain.Ready, "shop/db-1 shop/data-db-1: n1-data (n1) -> n3-free (n3)")
	reserved := All(only, runs)
	says(t, recoverNodes(t, []string{"n1"}, reserved...), drain.Blocked, "blocked InUse []: claim shop/other counts as bound to n3-free, which names claim shop/data-db-1, and Pod shop/other-a uses it")
	back := planOf(t, reattaching(drain.ReattachRequest{Volume: "n3-free", Claim: Key("other")}), Snapshot(t, reserved...))
	if back.Verdict != drain.Ready || !slices.Contains(actionsOf(back), drain.ReserveVolume) {
		t.Errorf("the command that gives it back to the claim whose Pods run with it is %s: %s", back.Verdict, told(back))
	}
	for _, s := range back.Steps {
		if free, ok := s.Parameters.(*drain.FreeParameters); ok && free.For.UID != "other-uid" {
			t.Errorf("the volume controller binds the two only by UID: %+v", free.For)
		}
	}
	open := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"n3-free"}, Unreserve: true}), Snapshot(t, reserved...))
	if !slices.Contains(codesOf(open), drain.BlockedInUse) || !strings.Contains(told(open), "reattach n3-free --claim shop/other") {
		t.Errorf("it is opened to anybody while a Pod runs with it: %s", told(open))
	}
}

// TestPodsOfTheClaimThatHadAFreedVolume: whose data is on a volume is recorded once its claimRef is gone, and Pods of that claim may still have it open.
func TestPodsOfTheClaimThatHadAFreedVolume(t *testing.T) {
	noted := VolumeAnnotation("localpv.dev/data-of", `{"namespace":"shop","name":"old","uid":"old-uid"}`)
	only := With(Without(All(Fleet(), Db()), "PersistentVolume n0-free", "PersistentVolume n2-free"), Volume("n3-free", On("n3"), noted))
	accepts := func(r *drain.RecoverRequest) { r.AcceptForeignData = []string{"n3-free"} }
	says(t, recoverPlan(t, accepts, only...), drain.Ready)
	runs := recoverPlan(t, accepts, All(only, Consumer("old-a", "n3", "old"))...)
	says(t, runs, drain.Blocked, "blocked InUse []: ")
	if !strings.Contains(told(runs), "old-a") {
		t.Errorf("it does not name the Pod: %s", told(runs))
	}
	for name, pod := range map[string]*corev1.Pod{"ended": Consumer("old-a", "n3", "old", Ended), "elsewhere, of another claim of the name": Consumer("old-a", "n2", "old")} {
		world := All(only, pod, HeldBy("old", "n2-old", "n2"))
		if plan := recoverPlan(t, accepts, world...); plan.Verdict != drain.Ready {
			t.Errorf("%s: %s", name, told(plan))
		}
	}
}

// TestClaimedByTheFirst: of the claims that name a volume, the one that counts as bound has it.
func TestClaimedByTheFirst(t *testing.T) {
	pending := Claim("a", func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = "v" })
	ix := inspect.NewIndex(Snapshot(t, Node("node-0"), Volume("v"), pending, Claim("b", BoundTo("v"))))
	if c := ix.ClaimedBy(ix.Volume("v")); c == nil || c.Name != "b" {
		t.Errorf("claimed by %v", c)
	}
	named := inspect.NewIndex(Snapshot(t, Node("node-0"), Volume("v", Has("c", "c-uid")), pending))
	if c := named.ClaimedBy(named.Volume("v")); c != nil {
		t.Errorf("it names another, and is claimed by %s", c.Name)
	}
}
