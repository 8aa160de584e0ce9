package planner

import (
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// failed is how a Pod looks that its kubelet has evicted.
func failed(p *corev1.Pod) { p.Status.Phase, p.Status.Reason = corev1.PodFailed, "Evicted" }

// TestNoSpareVolume: the node is gone and no volume is free, but one whose claim is gone: a member that may not share a node needs its
// claim released and that volume reclaimed, and both are said, before anything is done.
func TestNoSpareVolume(t *testing.T) {
	world := With(Without(All(Fleet(), Db(Apart)), "Node n1", "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free"),
		MemberPod(StatefulSet("db", 3, Apart), 1, ""), Volume("spare", On("n3"), Has("gone", "gone-uid"), Phase(Released)))
	p := recoverNodes(t, []string{"n1"}, world...)
	tells(t, p, drain.Blocked, "shop/db-1 fits nowhere", "spare (on n3) would do", "kubectl localpv reclaim spare --keep-data")
	keepsAll(t, p)
	pending := recoverNodes(t, []string{"n1"}, Without(world, "PersistentVolume spare")...)
	tells(t, pending, drain.Blocked, "shop/db-1 fits nowhere")
}

// TestClaimHeldByEndedPods: a claim is being deleted, and Pods that have ended hold it. The volume would go with it, and its data: release
// keeps both, before the Pods go as after.
func TestClaimHeldByEndedPods(t *testing.T) {
	ended := []any{Consumer("build-a", "n0", "work", Ended), Consumer("build-b", "n0", "work", failed)}
	v, claim := Volume("v", On("n0"), Has("work", "work-uid"), Deletes), Claim("work", BoundTo("v"), Deleting)
	release := releasing(drain.ReleaseRequest{Targets: Pvc("work")})
	p := planOf(t, release, Snapshot(t, All(Node("n0"), v, claim, ended)...))
	tells(t, p, drain.Ready, "build-a (Succeeded on n0)", "build-b (Failed on n0)", "> pods.yaml), then kubectl delete pod build-a", "with policy Delete the data would go with the claim")
	if got := actionsOf(p); !slices.Equal(got, []drain.Action{drain.RetainVolume}) {
		t.Errorf("steps %v", got)
	}
	without := planOf(t, release, Snapshot(t, Node("n0"), v, claim))
	tells(t, without, drain.Ready, "v")
	if got := actionsOf(without); !slices.Equal(got, []drain.Action{drain.RetainVolume, drain.AwaitReleased}) {
		t.Errorf("steps %v", got)
	}
}

// TestClaimsOfAScaledDownSet: what a set has left behind can be released without the set, which does not recreate it.
func TestClaimsOfAScaledDownSet(t *testing.T) {
	set := StatefulSet("db", 2)
	world := []any{Node("n0"), set, MemberPod(set, 0, "n0"), MemberPod(set, 1, "n0")}
	world = append(world, HeldBy("data-db-0", "a", "n0")...)
	world = append(world, HeldBy("data-db-1", "b", "n0")...)
	world = append(world, HeldBy("data-db-2", "c", "n0", Deletes)...)
	p := planOf(t, releasing(drain.ReleaseRequest{Targets: Pvc("data-db-2")}), Snapshot(t, world...))
	tells(t, p, drain.Ready, "shop/data-db-2", "c")
	keepsAll(t, p)
	used := planOf(t, releasing(drain.ReleaseRequest{Targets: Pvc("data-db-1")}), Snapshot(t, world...))
	tells(t, used, drain.Blocked, "claim shop/data-db-1 is used by Pod db-1 (Running on n0, StatefulSet/db); scale StatefulSet/db down first")
}

// TestEndedPodAndOneThatWaits: a kubelet has evicted a Pod for want of space, and the one that replaces it waits for that node. The ended
// one alone holds the claim, and giving the data up is nobody's advice.
func TestEndedPodAndOneThatWaits(t *testing.T) {
	full := Node("n0", Tainted("node.kubernetes.io/disk-pressure", "", corev1.TaintEffectNoSchedule))
	world := []any{full, Node("n1"), ReplicaSet("log", 1, "log"), Consumer("log-old", "n0", "logs", failed, ControlledBy("ReplicaSet", "log")),
		Consumer("log-new", "", "logs", ControlledBy("ReplicaSet", "log"))}
	world = append(world, HeldBy("logs", "v", "n0", Deletes)...)
	p := planOf(t, releasing(drain.ReleaseRequest{Targets: Pvc("logs")}), Snapshot(t, world...))
	tells(t, p, drain.Blocked, "claim shop/logs is used by Pod log-old (Failed on n0", "a Pod that has ended holds its claim until it is deleted: kubectl delete pod log-old -n shop")
	if len(p.Steps) > 0 {
		t.Errorf("it would change something: %v", actionsOf(p))
	}
}

// TestPodThatCannotMount: a Pod is on the node and its kubelet cannot mount the volume. A drain that keeps claims evicts it all the same;
// the claim stays, and so does what it holds.
func TestPodThatCannotMount(t *testing.T) {
	set := StatefulSet("db", 2)
	creating := func(p *corev1.Pod) {
		p.Status.Phase, p.Status.Conditions = corev1.PodPending, []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionFalse, Reason: "ContainersNotReady"}}
	}
	world := All(Crew(), set, MemberPod(set, 0, "n0"), MemberPod(set, 1, "n1", creating), HeldBy("data-db-0", "n0-data", "n0"), HeldBy("data-db-1", "n1-data", "n1"))
	p := drainPlan(t, ToKeep(), world...)
	tells(t, p, drain.Ready, "shop/db-1 shop/data-db-1: n1-data (n1) -> stays (n1)")
	keepsAll(t, p)
	if slices.Contains(actionsOf(p), drain.DeleteClaim) {
		t.Errorf("steps %v", actionsOf(p))
	}
}
