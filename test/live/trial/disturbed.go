package trial

import (
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// Disturbed takes each trial in a way in which something happens to it: in the end all is as in the Reference.
func (u *Suite[S]) Disturbed(t *testing.T, trials []Trial[S], take func(*testing.T, Trial[S], *Attempt[S]) live.Result) {
	t.Helper()
	t.Parallel()
	for _, p := range trials {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			want := u.Reference(t, p).Change
			a := u.Begin(t, p)
			r := take(t, p, a)
			a.Settle()
			if diff := gocmp.Diff(want, a.Change()); diff != "" {
				t.Errorf("it ended otherwise (- undisturbed, + disturbed):\n%s\n%s", diff, r)
			}
		})
	}
}
