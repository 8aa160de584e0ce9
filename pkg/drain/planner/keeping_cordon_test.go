package planner

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestWaysBesideACordonedVolume: a volume that is cordoned by its annotation alone would be given all the same, and one that is reserved besides is
// insisted on: how another is looked for, with the cordon kept, is told.
func TestWaysBesideACordonedVolume(t *testing.T) {
	bare := Without(All(Crew(), Db()), "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free")
	smart := VolumeAnnotation("localpv.dev/cordoned", "smart")
	reserved := func(v *corev1.PersistentVolume) {
		v.Spec.ClaimRef = &corev1.ObjectReference{Namespace: Ns, Name: "data-db-1"}
	}
	const keep, patch = "to keep that, and have another volume looked for: kubectl patch pv n2-bad", `"claimRef":{"namespace":"localpv-cordoned","name":"smart"}`
	tells(t, drainPlan(t, ToMove(), With(bare, Volume("n2-bad", On("n2"), smart))...), drain.Blocked, keep, patch)
	tells(t, drainPlan(t, ToMove(), With(bare, Volume("n2-bad", On("n2"), smart, reserved), Volume("n3-good", On("n3")))...), drain.Blocked, keep, patch)
}
