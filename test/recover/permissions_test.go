package recover

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// optional tells permissions without which recover works all the same, or that another flag needs.
func optional(r live.Permission) bool {
	return r.Verb == "watch" || slices.Contains([]string{"namespaces", "csinodes", "csidrivers", "csistoragecapacities", "jobs", "events"}, r.Resource) ||
		r.String() == "delete persistentvolumes"
}

// TestPermissions recovers as a ServiceAccount with exactly the permissions of deploy/rbac/recover.yaml, and with no more than what is
// needed of them. With each of those missing nothing is done, and the permission is named.
func TestPermissions(t *testing.T) {
	t.Parallel()
	shipped := lab.Scene(t, "permissions").ShippedPermissions("recover")
	for name, without := range map[string]func(live.Permission) bool{"all": func(live.Permission) bool { return false }, "no-more-than-needed": optional} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, "permissions-"+name, "n0", "n1", "n2")
			s.deployment()
			s.die("n1")
			token := s.Account(slices.DeleteFunc(slices.Clone(shipped), without))
			r := s.run(s.command([]string{"n1"}, append(s.accept("files"), "--fenced")...), func(r *live.Run) { r.Token = token })
			if r.Exit != 0 {
				t.Fatal(r)
			}
			s.landed(r)
			s.WaitDeployment("web")
			if name != "all" && !strings.Contains(r.Err, "csinodes are unknown") {
				t.Errorf("it does not say what it could not look at: %s", r)
			}
		})
	}
	t.Run("without", func(t *testing.T) {
		t.Parallel()
		s := open(t, "permissions-without", "n0", "n1", "n2")
		s.deployment()
		s.die("n1")
		for _, missing := range shipped {
			if optional(missing) {
				continue
			}
			t.Run(missing.String(), func(t *testing.T) {
				t.Parallel()
				account := lab.Scene(t, "account")
				token := account.Account(slices.DeleteFunc(slices.Clone(shipped), func(r live.Permission) bool { return r == missing }))
				r := account.Run(live.Run{Args: append(s.command([]string{"n1"}, append(s.accept("files"), "--fenced")...), "--yes"), Token: token})
				if r.Exit != 1 && r.Exit != 3 || len(r.Writes()) > 0 {
					t.Errorf("it should refuse before it writes: %s", r)
				}
				named := regexp.MustCompile(`\b` + missing.Verb + ` (resource ")?` + missing.Resource + `\b`)
				if !named.MatchString(strings.Join(strings.Fields(r.Err), " ")) {
					t.Errorf("it does not name the permission to %s: %s", missing, r)
				}
			})
		}
	})
}
