package drain

import (
	"regexp"
	"slices"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
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

// TestPermissions takes paths as a ServiceAccount with exactly the permissions of the role that is shipped, and with each of them
// missing: then it works all the same, or nothing is done and the permission is named.
func TestPermissions(t *testing.T) {
	t.Parallel()
	for _, p := range paths() {
		needed, chosen := permissionsOf()[p.name]
		if !chosen {
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			s := p.stage(t)
			permissions := s.ShippedPermissions("drain")
			before := state(s)
			for _, missing := range permissions {
				if slices.Contains(needed, missing.String()) {
					p.without(t, s, permissions, missing)
				}
			}
			if got := live.Change(before, state(s)); got != "" {
				t.Errorf("refused, it changed something:\n%s", got)
			}
			enough := slices.DeleteFunc(slices.Clone(permissions), func(r live.Permission) bool { return !slices.Contains(needed, r.String()) })
			if r := s.Run(live.Run{Args: p.line(s, "--yes"), Token: account(t, enough), Rules: rules(s, false, false)}); r.Exit != 0 {
				t.Errorf("with no more than what is needed: %s", r)
			}
			p.settle(s)
		})
	}
}

// account is a token of an account with these permissions, which lives in a scene of its own.
func account(t *testing.T, permissions []live.Permission) string {
	t.Helper()
	return lab.Scene(t, "permissions").Account(permissions)
}

// without wants nothing to be done and the permission to be named.
func (p path) without(t *testing.T, s *live.Scene, permissions []live.Permission, missing live.Permission) {
	t.Helper()
	rest := slices.DeleteFunc(slices.Clone(permissions), func(r live.Permission) bool { return r == missing })
	r := s.Run(live.Run{Args: p.line(s, "--yes"), Token: account(t, rest)})
	if r.Exit != 1 && r.Exit != 3 || len(r.Writes()) > 0 {
		t.Errorf("without the permission to %s it should refuse before it writes: %s", missing, r)
	}
	named := regexp.MustCompile(`\b` + missing.Verb + ` (resource ")?` + missing.Resource + `\b`)
	if !named.MatchString(r.Err) {
		t.Errorf("it does not name the permission to %s: %s", missing, r.Err)
	}
}
