package handback

import (
	"regexp"
	"slices"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// permissionsOf are the paths that are taken with the permissions of deploy/rbac, and those of the permissions that they cannot do
// without. The others make words better, or leave a record, or are for other flags.
func permissionsOf() map[string][]string {
	release := []string{"get persistentvolumes", "list persistentvolumes", "patch persistentvolumes",
		"get persistentvolumeclaims", "list persistentvolumeclaims", "delete persistentvolumeclaims", "list pods"}
	reclaim := []string{"get persistentvolumes", "list persistentvolumes", "patch persistentvolumes",
		"get persistentvolumeclaims", "list persistentvolumeclaims", "list pods"}
	reattach := append(slices.Clone(reclaim), "create persistentvolumeclaims", "list nodes")
	return map[string][]string{
		"release-reserve":        release,
		"reclaim-for":            reclaim,
		"reattach-claim":         reattach,
		"reattach-replace-alone": append(slices.Clone(reattach), "delete persistentvolumeclaims", "get pods", "delete pods"),
	}
}

// TestPermissions takes paths as a ServiceAccount with exactly the permissions of the role that is shipped for the command, and with
// each of them missing: then it works all the same, or nothing is done and the permission is named.
func TestPermissions(t *testing.T) {
	t.Parallel()
	for _, p := range paths() {
		needed, chosen := permissionsOf()[p.name]
		if !chosen {
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			whole := p.whole(t)
			t.Run("all", func(t *testing.T) {
				t.Parallel()
				s := p.stage(t)
				p.withPermissions(t, s, s.ShippedPermissions(p.command()), whole.change)
			})
			for _, right := range shipped(t, p.command()) {
				t.Run("without "+right.String(), func(t *testing.T) {
					t.Parallel()
					s := p.stage(t)
					permissions := slices.DeleteFunc(s.ShippedPermissions(p.command()), func(r live.Permission) bool { return r == right })
					if slices.Contains(needed, right.String()) {
						p.withoutPermission(t, s, permissions, right)
					} else {
						p.withPermissions(t, s, permissions, whole.change)
					}
				})
			}
		})
	}
}

func shipped(t *testing.T, command string) []live.Permission {
	t.Helper()
	return lab.Scene(t, "permissions").ShippedPermissions(command)
}

// withPermissions wants the path to go as for an administrator.
func (p path) withPermissions(t *testing.T, s *live.Scene, permissions []live.Permission, want string) {
	t.Helper()
	before := s.State()
	r := s.Run(live.Run{Args: p.line(s), Token: s.Account(permissions)})
	if r.Exit != 0 {
		t.Fatal(r)
	}
	p.settle(s)
	if got := live.Change(before, s.State()); got != want {
		t.Errorf("it ended otherwise:\n%s\nwant:\n%s\n%s", got, want, r)
	}
}

// withoutPermission wants nothing to be done and the permission to be named.
func (p path) withoutPermission(t *testing.T, s *live.Scene, permissions []live.Permission, missing live.Permission) {
	t.Helper()
	before := s.State()
	r := s.Run(live.Run{Args: p.line(s), Token: s.Account(permissions)})
	if r.Exit != 1 && r.Exit != 3 || len(r.Writes()) > 0 {
		t.Errorf("it should refuse before it writes: %s", r)
	}
	if got := live.Change(before, s.State()); got != "" {
		t.Errorf("it changed something:\n%s", got)
	}
	named := regexp.MustCompile(`\b` + missing.Verb + ` (resource ")?` + missing.Resource + `\b`)
	if !named.MatchString(r.Err) {
		t.Errorf("it does not name the permission to %s: %s", missing, r)
	}
}
