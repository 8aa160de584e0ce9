package handback

import (
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
	"github.com/kubectl-localpv/kubectl-localpv/test/live/trial"
)

// TestConcurrent runs each command twice at the same time: together they do what one of them does.
func TestConcurrent(t *testing.T) {
	suite.Disturbed(t, paths(), func(t *testing.T, p path, a *trial.Attempt[*live.Scene]) live.Result {
		t.Helper()
		one := a.Scene.Start(a.Command(nil))
		two := a.Scene.Start(a.Command(nil))
		for _, r := range []live.Result{one.Wait(), two.Wait()} {
			if r.Exit < 0 || r.Exit == 2 && !p.Loses {
				t.Error(r)
			}
		}
		if p.Loses {
			a.Settle() // a provisioner recreates the volume, which has no phase for a moment: neither run need have waited for that
		}
		again, err := a.Again()
		if err != nil {
			t.Fatal(err)
		}
		a.Settle()
		return again
	})
}
