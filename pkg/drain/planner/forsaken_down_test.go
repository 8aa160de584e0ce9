package planner

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

func allowingDown(r *drain.DrainRequest) { r.AllowDown = true }

// TestMembersThatForsakeDoNotWait: a member whose replacement Pod uses another claim starts elsewhere, without its data; the others have it.
func TestMembersThatForsakeDoNotWait(t *testing.T) {
	crew := renamed(All(Crew(), Db()))
	kept := drainPlan(t, ToKeep(), crew...)
	tells(t, kept, drain.Blocked, "blocked Nowhere [--allow-down]: StatefulSet/db has other volumeClaimTemplates now")
	without(t, kept, "is down until")
	down := drainPlan(t, ToKeep(allowingDown), crew...)
	tells(t, down, drain.Ready, "lost: StatefulSet/db has other volumeClaimTemplates now")
	without(t, down, "is down until")
	without(t, down, "claims stay where they are")
	without(t, down, "stays (n1)")
	tells(t, drainPlan(t, ToMove(), crew...), drain.Blocked, "kubectl localpv drain n1 --keep-claims --allow-down --only shop/StatefulSet/db")
	tells(t, recoverPlan(t, nil, renamed(All(Fleet(), Db()))...), drain.Blocked, "kubectl delete pod db-1 -n shop --force")
}

// TestForsakenDataThatNobodyElseHas: that it is given up is not allowed by itself.
func TestForsakenDataThatNobodyElseHas(t *testing.T) {
	alone := Without(renamed(All(Crew(), Db())), "Pod shop/db-0", "Pod shop/db-2")
	tells(t, drainPlan(t, ToKeep(), alone...), drain.Blocked, "blocked LastCopy [--allow-down]: no other ready member holds what claim shop/data-db-1 has on")
	one := Without(renamed(All(Crew(), Db())), "Pod shop/db-2")
	tells(t, drainPlan(t, ToKeep(), one...), drain.Blocked, "blocked Quorum [--allow-down]: 1 of 3 members of StatefulSet/db are ready, fewer than a majority: shop/db-1 without its data")
}

// TestLossWithADyingClaimThatStays: claims stay, but one goes that is being deleted: its loss can be accepted, and no other.
func TestLossWithADyingClaimThatStays(t *testing.T) {
	world := Without(With(All(Crew(), Db()), Claim("data-db-1", BoundTo("n1-data"), Deleting)), "Pod shop/db-0", "Pod shop/db-2")
	plain := drainPlan(t, ToKeep(), world...)
	tells(t, plain, drain.Blocked, "blocked LastCopy [--accept-data-loss shop/data-db-1]: claim shop/data-db-1 is being deleted already")
	without(t, plain, "is down until")
	tells(t, drainPlan(t, ToKeep(Accepting("data-db-1"), allowingDown), world...), drain.Ready, "lost: Given up (accepted): the only ready copy of shop/data-db-1")
	few := Without(With(All(Crew(), Db()), Claim("data-db-1", BoundTo("n1-data"), Deleting)), "Pod shop/db-2")
	tells(t, drainPlan(t, ToKeep(), few...), drain.Blocked, "blocked Quorum [--accept-data-loss shop/data-db-1]: claim shop/data-db-1 is being deleted already")
	tells(t, drainPlan(t, ToKeep(Accepting("data-db-1")), few...), drain.Ready, "lost: Given up (accepted): the copy of shop/data-db-1, although fewer than a majority")
}

// TestVolumesThatNobodyAsksFor: where the data of claims is matters only if a Pod that leaves names one.
func TestVolumesThatNobodyAsksFor(t *testing.T) {
	unread := inspect.Gap{Kind: inspect.PersistentVolumes, Reason: "not in the files"}
	const says = "where the data of claims is"
	plain := func(p *corev1.Pod) { p.Spec.Volumes = nil }
	for name, r := range map[string]drain.DrainRequest{"keep": ToKeep(), "move": ToMove()} {
		t.Run(name, func(t *testing.T) {
			idle := All(Node("n1"), ReplicaSet("web", 1, "web"), Consumer("web-1", "n1", "", ControlledBy("ReplicaSet", "web"), plain), unread)
			without(t, drainPlan(t, r, idle...), says)
			tells(t, drainPlan(t, r, All(Crew(), Db(), unread)...), drain.Blocked, says)
		})
	}
}
