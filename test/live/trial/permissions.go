package trial

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// Needs says what of the role that is shipped for a command a trial cannot do without. The other permissions make words
// better, or leave a record, or are for other flags.
type Needs struct {
	// Needed reports whether the trial needs a permission.
	Needed func(live.Permission) bool
	// OneByOne takes the trial without each of the others, and compares its end with the Reference; else once without any.
	OneByOne bool
	// Restless says that the scene goes on changing by itself.
	Restless bool
	// Says are words of a run that has no more than it needs.
	Says string
}

// Only needs the permissions with these names, as "list pods".
func Only(names ...string) func(live.Permission) bool {
	return func(p live.Permission) bool { return slices.Contains(names, p.String()) }
}

// Permissions takes a trial as a ServiceAccount with exactly the permissions of the role that is shipped for the command, and
// with fewer: then it works all the same, or nothing is done and the permission is named.
func (u *Suite[S]) Permissions(t *testing.T, p Trial[S], needs Needs) {
	t.Helper()
	want := ""
	if needs.OneByOne {
		want = u.Reference(t, p).Change
	}
	works := func(name, says string, has func(live.Permission) bool) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u.allowed(t, p, has, want, says)
		})
	}
	works("all", "", func(live.Permission) bool { return true })
	if !needs.OneByOne {
		works("no more than needed", needs.Says, needs.Needed)
	}
	a := u.Begin(t, p)
	shipped := a.Scene.ShippedPermissions(a.subcommand())
	chosen := u.without(t)
	for i, missing := range shipped {
		if needs.OneByOne && !needs.Needed(missing) && chosen(p.Name, i) {
			works("without "+missing.String(), "", func(has live.Permission) bool { return has != missing })
		}
	}
	t.Run("refused", func(t *testing.T) {
		for _, missing := range shipped {
			if needs.Needed(missing) {
				t.Run("without "+missing.String(), func(t *testing.T) {
					t.Parallel()
					a.refused(t, shipped, missing)
				})
			}
		}
	})
	if got := a.Change(); got != "" && !needs.Restless {
		t.Errorf("refused, it changed something:\n%s", got)
	}
}

// allowed wants a trial to go as for an administrator with the permissions that it has, and to end as want if that is set.
func (u *Suite[S]) allowed(t *testing.T, p Trial[S], has func(live.Permission) bool, want, says string) {
	t.Helper()
	a := u.Begin(t, p)
	run := a.Command(nil)
	run.Token = a.Scene.Token(t, granted(a.Scene.ShippedPermissions(a.subcommand()), has))
	r := a.Scene.Run(run)
	if r.Exit != 0 || !strings.Contains(folded(r.Err), says) {
		t.Fatalf("want exit 0 and %q: %s", says, r)
	}
	a.Settle()
	if want != "" {
		if diff := gocmp.Diff(want, a.Change()); diff != "" {
			t.Errorf("it ended otherwise (- administrator, + with these permissions):\n%s\n%s", diff, r)
		}
	}
	a.Check(t)
}

// refused wants nothing to be done without a permission, and that it is named.
func (a *Attempt[S]) refused(t *testing.T, shipped []live.Permission, missing live.Permission) {
	t.Helper()
	run := a.Command(nil)
	run.Token = a.Scene.Token(t, granted(shipped, func(has live.Permission) bool { return has != missing }))
	r := a.Scene.Run(run)
	if r.Exit != 1 && r.Exit != 3 || len(r.Writes()) > 0 {
		t.Errorf("it should refuse before it writes: %s", r)
	}
	named := regexp.MustCompile(`\b` + missing.Verb + ` (resource ")?` + missing.Resource + `\b`)
	if !named.MatchString(folded(r.Err)) {
		t.Errorf("it does not name the permission to %s: %s", missing, r)
	}
}

func granted(all []live.Permission, has func(live.Permission) bool) []live.Permission {
	return slices.DeleteFunc(slices.Clone(all), func(p live.Permission) bool { return !has(p) })
}

// folded is a text without its line breaks.
func folded(text string) string { return strings.Join(strings.Fields(text), " ") }
