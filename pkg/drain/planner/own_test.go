package planner

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// left is a volume that an earlier claim left.
func left(name, claim string, edits ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
	return Volume(name, append([]func(*corev1.PersistentVolume){Has(claim, "earlier-"+claim), Phase(Released)}, edits...)...)
}

// restoredClaim counts as bound to a volume, as one does that was created from a backup, and is Lost.
func restoredClaim(name, volume string) *corev1.PersistentVolumeClaim {
	return Claim(name, WithUID("restored-uid"), BoundTo(volume), func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimLost })
}

// ownCases are about volumes that go back to the claims of the names that they had.
func ownCases() []planCase {
	n := Node("node-0")
	reserve, open := []drain.Action{drain.ReserveVolume, drain.AwaitAvailable}, []drain.Action{drain.OpenVolume, drain.AwaitAvailable}
	reattach := reattaching(drain.ReattachRequest{Volume: "v"})
	name := "data-db-0"
	return []planCase{
		{name: "reclaim for its own claims", world: []any{n, left("v", "b"), left("w", "a"), left("x", "gone"), Claim("a"), Claim("b")},
			request: reclaiming(drain.ReclaimRequest{Selection: &inventory.VolumeFilter{}, KeepData: true}), verdict: drain.Ready, actions: slices.Concat(reserve, reserve, open)},
		{name: "reclaim for a claim that a set creates", world: []any{n, left("v", name), StatefulSet("db", 1), Claim("other")},
			request: reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}), verdict: drain.Ready, actions: reserve},
		{name: "reclaim with StatefulSets unknown", world: []any{n, left("v", name), inspect.Gap{Kind: inspect.StatefulSets, Reason: "forbidden: list statefulsets"}},
			request: reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}), verdict: drain.Ready, actions: open},
		{name: "reclaim for a claim that a Pod names", world: []any{n, left("v", "c"), Claim("other"), Consumer("p", "", "c")},
			request: reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}), verdict: drain.Ready, actions: reserve},
		{name: "reclaim for its own claim, which asks for more", world: []any{n, left("v", "c"), Claim("c", Asks("900Gi"))},
			request: reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedNoFit}},
		{name: "reclaim what a claim could have that cannot have its own", world: []any{n, left("v", "c", Sized("10Gi")), left("w", "gone"), Claim("c")},
			request: reclaiming(drain.ReclaimRequest{Selection: &inventory.VolumeFilter{}, KeepData: true}), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedNoFit, drain.BlockedForeignData}, actions: open},
		{name: "reclaim two volumes of one claim", world: []any{n, left("v", "c"), left("w", "c"), Claim("c")}, request: reclaiming(drain.ReclaimRequest{Volumes: []string{"v", "w"}, KeepData: true}),
			verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedAnother, drain.BlockedAnother}},
		{name: "reclaim one of two volumes of a claim", world: []any{n, left("v", "c"), left("w", "c"), Claim("c")}, request: reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}),
			verdict: drain.Ready, actions: reserve},
		{name: "reclaim what a claim of another name names", world: []any{n, left("v", "c"), Claim("d", func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = "v" })},
			request: reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedForeignData}, actions: open},
		{name: "reclaim what restored claims name crosswise", world: []any{n, left("v", "c"), left("w", "d"), restoredClaim("c", "w"), restoredClaim("d", "v")},
			request: reclaiming(drain.ReclaimRequest{Selection: &inventory.VolumeFilter{}, KeepData: true}), verdict: drain.Ready,
			actions: slices.Concat(reserve, reserve)},
		{name: "reclaim for a member whose set asks for another class now", world: []any{n, left("v", "data-db-1"), StatefulSet("db", 2, templateOf(WantsClass("fast")))},
			request: reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedNoFit}},
		{name: "reclaim for another while its own waits", world: []any{n, left("v", "c"), Claim("c"), Claim("d")}, request: reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, For: Key("d")}),
			verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedForeignData}, actions: reserve},
		{name: "reclaim what others wait for, and they may have it", world: []any{n, left("v", "c"), Claim("b"), Claim("a")},
			request: reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, AcceptForeignData: []string{"v"}}), verdict: drain.Ready, actions: open},
		{name: "reclaim for a restored claim", world: []any{n, left("v", "c"), restoredClaim("c", "v")}, request: reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}),
			verdict: drain.Ready, actions: reserve},
		{name: "reclaim on a node that is gone", world: []any{n, left("v", "c", On("node-9")), Claim("b")}, request: reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}),
			verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedForeignData}, actions: open},
		{name: "reclaim for its own claim on a node that is gone", world: []any{n, left("v", "c", On("node-9")), Claim("c")}, request: reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}),
			verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedHome}},
		{name: "reattach to a restored claim", world: []any{n, left("v", name), restoredClaim(name, "v")}, request: reattach, verdict: drain.Ready, actions: []drain.Action{drain.ReserveVolume, drain.AwaitBound}},
		{name: "reattach to a restored claim that the volume names without a UID", world: []any{n, Volume("v", ReservedFor(name)), restoredClaim(name, "v")}, request: reattach,
			verdict: drain.Ready, actions: []drain.Action{drain.ReserveVolume, drain.AwaitBound}},
		{name: "reattach to a restored claim goes on", world: []any{n, Volume("v", Has(name, "restored-uid"), Phase(Released)), restoredClaim(name, "v")}, request: reattach,
			verdict: drain.Ready, actions: []drain.Action{drain.AwaitBound}},
		{name: "reattach to a claim that is marked as bound to nothing", request: reattach, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedNoFit},
			world:   []any{n, left("v", name), Claim(name, WithUID("new-uid"), ClaimAnnotation("pv.kubernetes.io/bind-completed", "yes"))},
			actions: []drain.Action{drain.ReserveVolume, drain.AwaitBound}},
		{name: "reattach several", world: []any{n, left("v", "a"), left("w", "b"), Claim("a"), Claim("b")}, request: reattaching(drain.ReattachRequest{Volume: "v", More: []string{"w", "v"}}),
			verdict: drain.Ready, actions: []drain.Action{drain.ReserveVolume, drain.AwaitBound, drain.ReserveVolume, drain.AwaitBound}},
	}
}

// unreserveCases are about reservations that are taken back.
func unreserveCases() []planCase {
	n := Node("node-0")
	request := reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, Unreserve: true})
	dataOf := VolumeAnnotation("localpv.dev/data-of", `{"namespace":"shop","name":"c","uid":"c-uid"}`)
	return []planCase{
		{name: "unreserve what was released", world: []any{n, Volume("v", ReservedFor("c"), SavedFrom(Claim("c")))}, request: request, verdict: drain.Ready,
			actions: []drain.Action{drain.ReserveVolume, drain.AwaitReleased}},
		{name: "unreserve what was reserved for a name that was mistyped", world: []any{n, Volume("v", ReservedFor("typo"), dataOf), Claim("other")}, request: request, verdict: drain.Ready,
			actions: []drain.Action{drain.ReserveVolume, drain.AwaitReleased}},
		{name: "unreserve what is empty", world: []any{n, Volume("v", ReservedFor("c"))}, request: request, verdict: drain.Ready, actions: []drain.Action{drain.OpenVolume, drain.AwaitAvailable}},
		{name: "unreserve what would be erased", world: []any{n, Volume("v", ReservedFor("typo"), dataOf, Deletes), Claim("other")}, request: request, verdict: drain.Blocked,
			codes: []drain.BlockerCode{drain.BlockedForeignData}, actions: []drain.Action{drain.OpenVolume, drain.AwaitAvailable}},
		{name: "unreserve what a claim has", world: []any{n, Volume("v", Has("c", "c-uid")), Claim("c", BoundTo("v"))}, request: request, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedPhase}},
		{name: "unreserve what a claim is being bound to", world: []any{n, Volume("v", ClaimedBy("c", "c-uid")), Claim("c")}, request: request, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedPhase}},
		{name: "unreserve what is cordoned", world: []any{n, Volume("v", ReservedFor("c"), VolumeAnnotation("localpv.dev/cordoned", "bad disk"))}, request: request, verdict: drain.Blocked,
			codes: []drain.BlockerCode{drain.BlockedPhase}},
		{name: "unreserve what is reserved for nobody", world: []any{n, Volume("v")}, request: request, verdict: drain.NothingToDo},
		{name: "unreserve what is Released", world: []any{n, left("v", "c")}, request: request, verdict: drain.NothingToDo},
	}
}

// TestVolumesGoToTheirOwnClaims: whichever volumes are reclaimed together, and in whatever order, each that a waiting claim of its name
// left is reserved for that claim, and none is opened before.
func TestVolumesGoToTheirOwnClaims(t *testing.T) {
	world := []any{Node("node-0"), left("disk-2", "data-web-0"), left("disk-0", "data-web-1"), left("disk-1", "data-web-2"), left("disk-9", "cache"),
		Claim("data-web-0"), Claim("data-web-1"), Claim("data-web-2")}
	want := map[string]string{"disk-2": "shop/data-web-0", "disk-0": "shop/data-web-1", "disk-1": "shop/data-web-2", "disk-9": "any"}
	for name, r := range map[string]drain.ReclaimRequest{
		"selected": {Selection: &inventory.VolumeFilter{}},
		"named":    {Volumes: []string{"disk-9", "disk-0", "disk-1", "disk-2"}},
		"reversed": {Volumes: []string{"disk-2", "disk-1", "disk-0", "disk-9"}},
	} {
		t.Run(name, func(t *testing.T) {
			r.KeepData = true
			plan := planOf(t, reclaiming(r), Snapshot(t, world...))
			if plan.Verdict != drain.Ready {
				t.Fatalf("%s %v", plan.Verdict, plan.Blockers)
			}
			got, opened := map[string]string{}, -1
			for i, s := range plan.Steps {
				free, ok := s.Parameters.(*drain.FreeParameters)
				switch {
				case ok && free.For != nil:
					got[free.Volume.Name] = free.For.String()
					if opened >= 0 {
						t.Errorf("%s comes after step %d, which opens a volume", s.ID, opened)
					}
				case ok:
					got[free.Volume.Name], opened = "any", i
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if len(plan.Stages) != 2 {
				t.Errorf("%d stages: a reservation that fails would not keep the others from being opened", len(plan.Stages))
			}
		})
	}
}

// TestForeignDataIsALoss: what is accepted is said as what it is, above the question.
func TestForeignDataIsALoss(t *testing.T) {
	s := Snapshot(t, Node("node-0"), left("v", "c"), Claim("d"))
	for name, r := range map[string]request{
		"open":        reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, AcceptForeignData: []string{"v"}}),
		"for another": reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, AcceptForeignData: []string{"v"}, For: Key("d")}),
		"reattach":    reattaching(drain.ReattachRequest{Volume: "v", Claim: Key("d"), AcceptForeignData: []string{"v"}}),
	} {
		plan := planOf(t, r, s)
		if plan.Verdict != drain.Ready || len(plan.Losses) != 1 || !strings.Contains(english(plan.Losses[0]), "data of claim shop/c") {
			t.Errorf("%s: %s, losses %v", name, plan.Verdict, plan.Losses)
		}
	}
}

// TestNamespaceOfAReservation: nobody could create a claim in a namespace that does not exist.
func TestNamespaceOfAReservation(t *testing.T) {
	claim := &types.NamespacedName{Namespace: "shp", Name: "c"}
	known := Snapshot(t, Node("node-0"), left("v", "c"))
	known.Namespaces = []*corev1.Namespace{{}, {}}
	known.Namespaces[0].Name, known.Namespaces[1].Name = "shop", "bank"
	unread := Snapshot(t, Node("node-0"), left("v", "c"), inspect.Gap{Kind: inspect.Namespaces, Reason: "forbidden: list namespaces"})
	for name, r := range map[string]request{
		"reclaim":  reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, For: claim, AcceptForeignData: []string{"v"}}),
		"reattach": reattaching(drain.ReattachRequest{Volume: "v", Claim: claim, AcceptForeignData: []string{"v"}}),
	} {
		if plan, err := r(inspect.NewIndex(known)); err == nil || !strings.Contains(err.Error(), "shp") {
			t.Errorf("%s: %v, %v", name, plan, err)
		}
		plan := planOf(t, r, unread)
		if !slices.ContainsFunc(plan.Warnings, func(f fact.Fact) bool { return f.Code == "NamespaceUnread" }) {
			t.Errorf("%s: warnings %v", name, plan.Warnings)
		}
	}
}
