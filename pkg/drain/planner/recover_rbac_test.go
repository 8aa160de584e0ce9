package planner

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/execute"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestRecoverRoleGrantsWhatIsNeeded compares the role that is shipped with what the steps of all tried Plans need, besides
// listing what Plans are made from, watching, and recording.
func TestRecoverRoleGrantsWhatIsNeeded(t *testing.T) {
	var needs []string
	for _, tc := range recoverCases() {
		s := Snapshot(t, tc.world...)
		plan, err := PlanRecover(t.Context(), inspect.NewIndex(s), Scheduler, tc.request(s))
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range plan.Steps {
			for _, need := range execute.Needs(plan, step) {
				needs = append(needs, need.Verb+" "+need.Resource)
			}
		}
	}
	isDemanded(t, "recover", needs)
	needs = append(needs, "list leases", "list statefulsets", "list replicasets", "list jobs", "list storageclasses", "list csinodes", "list csidrivers", "list csistoragecapacities",
		"list nodes", "list namespaces", "list poddisruptionbudgets", "list persistentvolumes", "watch persistentvolumes", "list persistentvolumeclaims", "watch persistentvolumeclaims", "watch pods", "create events", "list events", "list resourcequotas")
	if diff := cmp.Diff(sorted(needs), sorted(granted(t, "recover"))); diff != "" {
		t.Errorf("deploy/rbac/recover.yaml (-needed +granted):\n%s", diff)
	}
}
