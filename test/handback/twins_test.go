package handback

import (
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// TestTwins runs each command twice at the same time: together they do what one of them does.
func TestTwins(t *testing.T) {
	t.Parallel()
	for _, p := range paths() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			want := p.whole(t).change
			s := p.stage(t)
			before := s.State()
			timeline := s.Record()
			one := s.Start(live.Run{Args: p.line(s), Loses: p.loses})
			two := s.Start(live.Run{Args: p.line(s), Loses: p.loses})
			for _, r := range []live.Result{one.Wait(), two.Wait()} {
				if r.Exit < 0 || r.Exit == 2 && !p.loses {
					t.Error(r)
				}
			}
			p.goOn(t, s)
			p.settle(s)
			if got := live.Change(before, s.State()); got != want {
				t.Errorf("two at once ended otherwise:\n%s\nwant:\n%s", got, want)
			}
			if _, err := timeline.Check(live.NoSharing); err != nil {
				t.Error(err)
			}
		})
	}
}
