package planner

import (
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestWhatIsSaidToo: what else there is to know of a volume when nothing is done, or what was asked for is.
func TestWhatIsSaidToo(t *testing.T) {
	forget := func(r *drain.RecoverRequest) { r.ForgetVolumes = true }
	t.Run("forget a volume that a claim has", func(t *testing.T) {
		says(t, recoverPlan(t, forget, All(Fleet(), HeldBy("files", "n1-files", "n1"))...), drain.NothingToDo, "note: volume n1-files is not forgotten: a claim has it")
	})
	const returns = "note: a provisioner that comes back with the node recreates"
	for by, want := range map[string]bool{"local-volume-provisioner-n1-n1-uid": true, "rancher.io/local-path": false} {
		t.Run("forget a volume of "+by, func(t *testing.T) {
			plan := recoverPlan(t, forget, All(Fleet(), Volume("n1-spare", On("n1"), Provisioned(by)))...)
			if has := containsLine(plan, returns); has != want {
				t.Error(told(plan))
			}
		})
	}
	keep := func(r drain.ReclaimRequest) request { r.KeepData = true; return reclaiming(r) }
	t.Run("reclaim one that is Available on a node that is gone", func(t *testing.T) {
		plan := planOf(t, keep(drain.ReclaimRequest{Volumes: []string{"v"}}), Snapshot(t, Node("n0"), Volume("v", On("n9"))))
		says(t, plan, drain.NothingToDo, "note: the node of v, n9, does not exist, so no Pod can use it")
	})
	t.Run("reclaim one of two for their claim", func(t *testing.T) {
		world := []any{Node("n0"), StorageClass(Class), Claim("c"), left("older", "c", On("n0")), left("newer", "c", On("n0"))}
		plan := planOf(t, keep(drain.ReclaimRequest{Volumes: []string{"older"}, For: Key("c")}), Snapshot(t, world...))
		if !containsLine(plan, "note: ") || !containsText(plan, "newer") {
			t.Error(told(plan))
		}
	})
	t.Run("release a claim that two owners use", func(t *testing.T) {
		world := []any{Node("n0"), Claim("c", BoundTo("v")), Volume("v", On("n0"), Has("c", "c-uid")), ReplicaSet("a-1", 1, "a"), ReplicaSet("b-1", 1, "b"),
			Consumer("a-1-x", "n0", "c", ControlledBy("ReplicaSet", "a-1")), Consumer("b-1-x", "n0", "c", ControlledBy("ReplicaSet", "b-1"))}
		plan := planOf(t, releasing(drain.ReleaseRequest{Targets: Pvc("c")}), Snapshot(t, world...))
		if !containsText(plan, "stop Deployment/a and Deployment/b first") {
			t.Error(told(plan))
		}
	})
}

// containsText reports whether a Plan says a text.
func containsText(p *drain.Plan, text string) bool { return strings.Contains(told(p), text) }

// containsLine reports whether a line of what a Plan says begins with a text.
func containsLine(p *drain.Plan, text string) bool { return strings.Contains("\n"+told(p), "\n"+text) }
