package handback

import (
	"slices"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/live/trial"
)

// permissionsOf are the paths that are taken with the permissions of deploy/rbac, and those of the permissions that they cannot do
// without. The others make words better, or leave a record, or are for other flags.
func permissionsOf() map[string][]string {
	release := []string{"get persistentvolumes", "list persistentvolumes", "patch persistentvolumes",
		"get persistentvolumeclaims", "list persistentvolumeclaims", "delete persistentvolumeclaims", "list pods", "list nodes"}
	reclaim := []string{"get persistentvolumes", "list persistentvolumes", "patch persistentvolumes",
		"get persistentvolumeclaims", "list persistentvolumeclaims", "list pods", "list nodes"}
	reattach := append(slices.Clone(reclaim), "create persistentvolumeclaims")
	return map[string][]string{
		"release-reserve": release,
		"reclaim-for":     reclaim,
		"reattach-claim":  reattach,
		"reattach-replace-alone": append(slices.Clone(reattach), "delete persistentvolumeclaims", "get pods", "delete pods", "create pods/eviction",
			"get nodes", "patch nodes", "list statefulsets"),
	}
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	for name, needed := range permissionsOf() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			suite.Permissions(t, pathNamed(t, name), trial.Needs{Needed: trial.Only(needed...), OneByOne: true})
		})
	}
}
