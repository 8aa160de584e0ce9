package planner

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// TestReclaimedVolumesOfOnePodMeet: volumes that one Pod needs together are not reserved where no node has all of them.
func TestReclaimedVolumesOfOnePodMeet(t *testing.T) {
	both := StatefulSet("db", 1, WithTemplate("wal"))
	base := []any{Node("n0"), Node("n1"), both, left("d", "data-db-0", On("n0"))}
	bound := []any{Claim("wal-db-0", BoundTo("w")), Volume("w", On("n1"), Has("wal-db-0", "wal-db-0-uid"))}
	for name, tc := range map[string]struct {
		world []any
		codes []drain.BlockerCode
	}{
		"on two nodes":                     {All(base, left("w", "wal-db-0", On("n1"))), []drain.BlockerCode{drain.BlockedNowhere, drain.BlockedNowhere}},
		"on one node":                      {All(base, left("w", "wal-db-0", On("n0"))), nil},
		"another is bound on another node": {All(base, bound), []drain.BlockerCode{drain.BlockedNowhere}},
		"of two Pods":                      {All(Node("n0"), Node("n1"), StatefulSet("db", 2), left("d", "data-db-0", On("n0")), left("e", "data-db-1", On("n1"))), nil},
	} {
		t.Run(name, func(t *testing.T) {
			plan := planOf(t, reclaiming(drain.ReclaimRequest{Selection: &inventory.VolumeFilter{}, KeepData: true}), Snapshot(t, tc.world...))
			if diff := cmp.Diff(tc.codes, codesOf(plan)); diff != "" {
				t.Errorf("blockers (-want +got):\n%s\n%s", diff, told(plan))
			}
		})
	}
}

// TestReattachTellsOfOtherOwnVolumes: which of two volumes with data of one claim is meant, is for somebody to check.
func TestReattachTellsOfOtherOwnVolumes(t *testing.T) {
	world := []any{Node("node-0"), left("v", "c"), Claim("c")}
	for tells, world := range map[bool][]any{true: All(world, left("w", "c")), false: All(world, left("w", "d"))} {
		plan := planOf(t, reattaching(drain.ReattachRequest{Volume: "v"}), Snapshot(t, world...))
		if got := slices.ContainsFunc(plan.Warnings, func(f fact.Fact) bool { return f.Code == "OtherVolumesOfClaim" }); got != tells || plan.Verdict != drain.Ready {
			t.Errorf("tells: %t\n%s", got, told(plan))
		}
	}
}

// TestNothingIsReservedWhereNoClaimCanBe: in a namespace that does not exist, or that is being deleted, nobody can create a claim.
func TestNothingIsReservedWhereNoClaimCanBe(t *testing.T) {
	namespace := func(name string, edits ...func(*corev1.Namespace)) *corev1.Namespace {
		n := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}, Status: corev1.NamespaceStatus{Phase: corev1.NamespaceActive}}
		for _, edit := range edits {
			edit(n)
		}
		return n
	}
	ends := func(n *corev1.Namespace) {
		n.DeletionTimestamp, n.Status.Phase = ptr.To(Ago(1)), corev1.NamespaceTerminating
	}
	base := []any{Node("node-0"), left("v", "c", SavedFrom(Claim("c", WithUID("earlier-c"))))}
	for name, r := range map[string]request{
		"reattach":        reattaching(drain.ReattachRequest{Volume: "v"}),
		"reattach to one": reattaching(drain.ReattachRequest{Volume: "v", Claim: Key("c")}),
		"reclaim for one": reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, For: &types.NamespacedName{Namespace: Ns, Name: "c"}}),
	} {
		t.Run(name, func(t *testing.T) {
			var missing *drain.NotFoundError
			if plan, err := r(inspect.NewIndex(Snapshot(t, All(base, namespace("bank"))...))); !errors.As(err, &missing) {
				t.Errorf("in no namespace: %v, %v", plan, err)
			}
			if plan := planOf(t, r, Snapshot(t, All(base, namespace(Ns, ends))...)); !slices.Contains(codesOf(plan), drain.BlockedTerminating) {
				t.Error("in one that ends: " + told(plan))
			}
			if plan := planOf(t, r, Snapshot(t, All(base, Claim("c"), namespace(Ns, ends))...)); !slices.Contains(codesOf(plan), drain.BlockedTerminating) {
				t.Error("in one that ends, with a claim: " + told(plan))
			}
			if plan := planOf(t, r, Snapshot(t, All(base, namespace(Ns))...)); plan.Verdict != drain.Ready {
				t.Error("in one that is there: " + told(plan))
			}
		})
	}
}

// TestDrainSavesABarePodWithAnEphemeralVolume: as recover does.
func TestDrainSavesABarePodWithAnEphemeralVolume(t *testing.T) {
	for mode, request := range map[string]drain.DrainRequest{"keep": ToKeep(Forced), "move": ToMove(Forced)} {
		for kind, world := range map[string][]any{
			"bare":            All(Crew(), Plain("tool", "n1", scratch), scratchOf("tool")),
			"of a controller": All(Crew(), ReplicaSet("tool", 1, "tool"), Plain("tool", "n1", scratch, ControlledBy("ReplicaSet", "tool")), scratchOf("tool")),
		} {
			t.Run(mode+", "+kind, func(t *testing.T) {
				plan := drainPlan(t, request, world...)
				saved, evicted := -1, -1
				for i, s := range plan.Steps {
					if p, ok := s.Parameters.(*drain.RecordParameters); ok && strings.Contains(p.Annotations[retain.AnnDeletedPod], `"tool"`) && s.Action == drain.RetainVolume {
						saved = i
					}
					if s.Action == drain.EvictPod {
						evicted = i
					}
				}
				if evicted < 0 || (saved >= 0) != (kind == "bare") || saved > evicted {
					t.Errorf("saved in step %d, evicted in %d:\n%s", saved, evicted, told(plan))
				}
				if empty := strings.Contains(told(plan), "claim shop/tool-scratch is deleted with Pod shop/tool, which starts with an empty one"); empty != (kind == "bare") {
					t.Errorf("that its scratch starts empty is told: %t", empty)
				}
				if kept, lost := strings.Contains(told(plan), "its manifest stays on n1-scratch"), strings.Contains(told(plan), "what claim shop/tool-scratch has"); kept == lost || kept != (kind == "bare") {
					t.Error(told(plan))
				}
			})
		}
	}
}

// TestABudgetLetsTheUnhealthyGo: while enough Pods are healthy, one that is not Ready may be evicted whatever the budget allows
// (registry/core/pod/rest: eviction.go).
func TestABudgetLetsTheUnhealthyGo(t *testing.T) {
	budget := func(current, desired int32) *policyv1.PodDisruptionBudget {
		b := Budget("b", "a", 0)
		b.Status.CurrentHealthy, b.Status.DesiredHealthy = current, desired
		return b
	}
	for name, tc := range map[string]struct {
		budget *policyv1.PodDisruptionBudget
		pod    *corev1.Pod
		want   bool
	}{
		"enough are healthy":                  {budget(3, 3), Plain("a", "n1", Unready), false},
		"enough are healthy, and it is Ready": {budget(3, 3), Plain("a", "n1"), true},
		"too few are healthy":                 {budget(2, 3), Plain("a", "n1", Unready), true},
		"nothing is counted":                  {budget(0, 0), Plain("a", "n1", Unready), true},
	} {
		if got := holds(tc.budget, tc.pod); got != tc.want {
			t.Errorf("%s: holds: %t", name, got)
		}
	}
}
