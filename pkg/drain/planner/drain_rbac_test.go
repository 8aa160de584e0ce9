package planner

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/execute"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// TestDrainRole compares the role that is shipped with what the steps of all tried Plans need, besides listing what
// Plans are made from, watching, and recording.
func TestDrainRole(t *testing.T) {
	var needs []string
	for _, tc := range drainCases() {
		plan := drainPlan(t, tc.request, tc.world...)
		for _, s := range plan.Steps {
			for _, need := range execute.Needs(plan, s) {
				needs = append(needs, need.Verb+" "+need.Resource)
			}
		}
	}
	isDemanded(t, "drain", needs)
	for _, kind := range []inspect.Kind{inspect.Nodes, inspect.Namespaces, inspect.PersistentVolumes, inspect.PersistentVolumeClaims, inspect.StorageClasses, inspect.CSINodes,
		inspect.CSIDrivers, inspect.CSIStorageCapacities, inspect.StatefulSets, inspect.ReplicaSets, inspect.Jobs, inspect.DaemonSets, inspect.PodDisruptionBudgets} {
		needs = append(needs, "list "+string(kind))
	}
	needs = append(needs, "watch persistentvolumes", "watch persistentvolumeclaims", "watch pods", "create events", "list events", "list resourcequotas")
	if diff := cmp.Diff(sorted(needs), sorted(granted(t, "drain"))); diff != "" {
		t.Errorf("deploy/rbac/drain.yaml (-needed +granted):\n%s", diff)
	}
}
