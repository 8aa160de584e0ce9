package planner

import (
	"slices"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestDrainErasesNobodyElse: a volume whose disk somebody else uses is not erased for the member that leaves it. That member stays, and others go.
func TestDrainErasesNobodyElse(t *testing.T) {
	queue := Volume("n1-queue", On("n1"), Has("data-queue-1", "data-queue-1-uid"), Deletes, Provisioned("local-volume-provisioner-n1"))
	base := With(All(Crew(), Db(), Queue()), cleaned("data-db-1", "n1-data"), queue, provisionerOnN1(), DaemonSet("cleaner"))
	theirs := []any{Claim("theirs", BoundTo("twin")), Consumer("other-0", "n1", "theirs", ControlledBy("ReplicaSet", "other")), ReplicaSet("other", 1, "other")}
	for name, tc := range map[string]struct {
		world []any
		says  string
	}{
		"nobody does": {nil, ""},
		"a Pod mounts it by hostPath": {All(Plain("exporter", "n1", MountsPath("/mnt/n1-data"), ControlledBy("ReplicaSet", "exporter")), ReplicaSet("exporter", 1, "exporter")),
			"left out shop/db-1 InUse []: n1-data (on n1) is in use: shop/exporter mounts /mnt/n1-data by hostPath, and the provisioner that erases the disk would erase what is theirs"},
		"a Pod of another node mounts that path": {All(Plain("exporter", "n2", MountsPath("/mnt/n1-data"))), ""},
		"a claim has it by another volume": {All(Volume("twin", On("n1"), at("/mnt/n1-data"), Has("theirs", "theirs-uid")), theirs),
			"left out shop/db-1 SharedDisk []: volumes n1-data and twin are the same disk"},
	} {
		t.Run(name, func(t *testing.T) {
			only := func(r *drain.DrainRequest) {
				r.Only = []drain.Choice{{Namespace: Ns, Kind: "StatefulSet", Name: "db"}, {Namespace: Ns, Kind: "StatefulSet", Name: "queue"}}
			}
			plan := drainPlan(t, ToMove(cleaning, IgnoringDaemons, only), All(base, tc.world)...)
			tells(t, plan, drain.Ready, tc.says)
			if moves := slices.Contains(plan.Members(), "shop/db-1"); moves != (tc.says == "") || !slices.Contains(plan.Members(), "shop/queue-1") {
				t.Errorf("moved %v: %s", plan.Members(), told(plan))
			}
		})
	}
}
