package planner

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestVolumesThatGoWithTheirClaims: claim and volume object are both being deleted. Once the last Pod leaves, nothing is left that says where the
// data is, so no member is evicted for it.
func TestVolumesThatGoWithTheirClaims(t *testing.T) {
	going := func(v *corev1.PersistentVolume) { v.DeletionTimestamp = &metav1.Time{Time: time.Now()} }
	world := With(All(Crew(), Db()), Claim("data-db-1", BoundTo("n1-data"), Deleting), Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), going))
	const says = "left out shop/db-1 Terminating []: volume n1-data is being deleted: once claim shop/data-db-1 is gone, the volume object would go too"
	for name, r := range map[string]drain.DrainRequest{"keep": ToKeep(), "move": ToMove()} {
		plan := drainPlan(t, r, All(world, Web())...)
		tells(t, plan, drain.Ready, says)
		for _, pod := range evictedBy(plan) {
			if pod == "shop/db-1" {
				t.Errorf("%s: it is evicted: %s", name, told(plan))
			}
		}
	}
}

// TestNothingIsReservedWhereNamespacesGo: no claim can be created there any more.
func TestNothingIsReservedWhereNamespacesGo(t *testing.T) {
	gone := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: Ns, UID: "ns", DeletionTimestamp: &metav1.Time{Time: time.Now()}}}
	world := All(Node("n1"), gone, HeldBy("data", "n1-data", "n1"))
	r := drain.ReleaseRequest{Targets: Pvc("data"), Reserve: true}
	tells(t, planOf(t, releasing(r), Snapshot(t, world...)), drain.Blocked, "blocked Terminating []: namespace shop is being deleted, with all claims in it: nothing is reserved for claim shop/data")
}
