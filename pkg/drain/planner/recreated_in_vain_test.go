package planner

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestClaimRecreatedWithTheOldVolume: an earlier run has deleted the claim of a member, and whoever keeps its manifest has recreated it with
// spec.volumeName of the volume that it was to leave. It waits for ever: nobody waits for it, and it is not said to have its own data there.
func TestClaimRecreatedWithTheOldVolume(t *testing.T) {
	old := func(moved string) *corev1.PersistentVolume {
		return Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Phase(Released), SavedFrom(Claim("data-db-1", BoundTo("n1-data"))), VolumeAnnotation(moved, "n1"))
	}
	naming := func(edits ...func(*corev1.PersistentVolumeClaim)) *corev1.PersistentVolumeClaim {
		return Claim("data-db-1", append([]func(*corev1.PersistentVolumeClaim){WithUID("later-uid"), func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = "n1-data" }}, edits...)...)
	}
	asBound := []func(*corev1.PersistentVolumeClaim){BoundTo("n1-data"), func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimLost }}
	reserved, pod := Volume("n3-free", On("n3"), ReservedFor("data-db-1")), MemberPod(StatefulSet("db", 3), 1, "")
	const says = "somebody has recreated claim shop/data-db-1 with spec.volumeName n1-data, and in vain (that is Released and names claim shop/data-db-1 (uid data-db-1-uid)): " +
		"it gets no other volume. Take that out of the manifest that it is created from, and then delete it: kubectl delete pvc data-db-1 -n shop"
	for name, claim := range map[string]*corev1.PersistentVolumeClaim{"Pending": naming(), "Lost": naming(asBound...)} {
		dead := func(more ...any) []any {
			return With(All(Fleet(), Db(), more), old(retain.AnnRecoveredFrom), claim, reserved, pod)
		}
		live := func(more ...any) []any {
			return With(All(Crew(), Db(), more), Node("n1", Cordoned), old(retain.AnnMovedFrom), claim, reserved, pod)
		}
		for command, plan := range map[string][2]*drain.Plan{
			"recover":                   {recoverPlan(t, nil, dead()...), recoverPlan(t, nil, dead(Queue())...)},
			"recover, the Node is gone": {recoverPlan(t, nil, Without(dead(), "Node n1")...), recoverPlan(t, nil, Without(dead(Queue()), "Node n1")...)},
			"drain":                     {drainPlan(t, ToMove(), live()...), drainPlan(t, ToMove(), live(Queue())...)},
		} {
			t.Run(command+", "+name, func(t *testing.T) {
				tells(t, plan[0], drain.Blocked, says)
				if len(plan[0].Steps) > 0 && plan[0].Steps[len(plan[0].Steps)-1].Action == drain.AwaitReady {
					t.Errorf("it waits: %v", actionsOf(plan[0]))
				}
				if diff := cmp.Diff([]string{"shop/db-1 StatefulSet/db ClaimLost"}, outOf(plan[1])); diff != "" || plan[1].Verdict != drain.Ready {
					t.Errorf("with others %s, left out (-want +got):\n%s", plan[1].Verdict, diff)
				}
			})
		}
	}
}
