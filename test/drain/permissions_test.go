package drain

import (
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/live/trial"
)

// permissionsOf are the paths that are taken with the permissions of deploy/rbac/drain.yaml, and those of the permissions that they
// cannot do without. The others make words better, or leave a record, or are for other flags.
func permissionsOf() map[string][]string {
	keep := []string{"get nodes", "list nodes", "patch nodes", "get pods", "list pods", "create pods/eviction", "list persistentvolumes", "list persistentvolumeclaims",
		"get persistentvolumes", "patch persistentvolumes", "get persistentvolumeclaims", "list daemonsets"}
	move := []string{"get nodes", "list nodes", "patch nodes", "get pods", "list pods", "create pods/eviction", "list persistentvolumes", "list persistentvolumeclaims",
		"get persistentvolumes", "patch persistentvolumes", "get persistentvolumeclaims", "create persistentvolumeclaims", "delete persistentvolumeclaims",
		"delete pods", "list statefulsets", "list replicasets", "list storageclasses"}
	return map[string][]string{"keep-all": keep, "move-deployment": move}
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	for name, needed := range permissionsOf() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, p := range pathsNamed(t, name) {
				suite.Permissions(t, p, trial.Needs{Needed: trial.Only(needed...)})
			}
		})
	}
}
