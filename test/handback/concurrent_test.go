package handback

import (
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// TestConcurrent runs each command twice at the same time: together they do what one of them does.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	for _, p := range paths() {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			want := suite.Reference(t, p).Change
			a := suite.Begin(t, p)
			timeline := a.Scene.Record()
			one := a.Scene.Start(a.Command(nil))
			two := a.Scene.Start(a.Command(nil))
			for _, r := range []live.Result{one.Wait(), two.Wait()} {
				if r.Exit < 0 || r.Exit == 2 && !p.Loses {
					t.Error(r)
				}
			}
			if _, err := a.Again(); err != nil {
				t.Fatal(err)
			}
			a.Settle()
			if got := a.Change(); got != want {
				t.Errorf("two at once ended otherwise:\n%s\nwant:\n%s", got, want)
			}
			if _, err := timeline.Check(live.NoSharing); err != nil {
				t.Error(err)
			}
		})
	}
}
