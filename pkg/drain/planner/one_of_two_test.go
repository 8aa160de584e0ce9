package planner

import (
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestTwoClaimsAreNotToldToCordonEachOthersVolume: of two free volumes of one disk one is cordoned, so that one claim can have the other.
func TestTwoClaimsAreNotToldToCordonEachOthersVolume(t *testing.T) {
	a, b := StatefulSet("a", 1), StatefulSet("b", 1)
	disk := []any{Volume("n3-f", On("n3"), at("/mnt/s")), Volume("n3-g", On("n3"), at("/mnt/./s//"))}
	base := Without(All(Fleet(), Db()), "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free", "Pod shop/db-1", "PersistentVolume n1-data", "PersistentVolumeClaim shop/data-db-1")
	two := All(base, disk, a, b, MemberPod(a, 0, "n1"), MemberPod(b, 0, "n1"), HeldBy("data-a-0", "n1-a", "n1"), HeldBy("data-b-0", "n1-b", "n1"))
	one := All(base, disk, StatefulSet("a", 1, WithTemplate("wal")), MemberPod(StatefulSet("a", 1, WithTemplate("wal")), 0, "n1"), HeldBy("data-a-0", "n1-a", "n1"), HeldBy("wal-a-0", "n1-b", "n1"))
	for name, world := range map[string][]any{"of two members": two, "of one member": one} {
		t.Run(name, func(t *testing.T) {
			plan := recoverPlan(t, func(r *drain.RecoverRequest) { r.AcceptDataLoss = claims("data-a-0", "data-b-0", "wal-a-0") }, world...)
			text := told(plan)
			if n := strings.Count(text, "kubectl patch pv"); plan.Verdict != drain.Blocked || n != 1 || strings.Count(text, "needs another disk than that of") != 1 {
				t.Errorf("%s, %d volumes are to be cordoned: %s", plan.Verdict, n, text)
			}
		})
	}
}
