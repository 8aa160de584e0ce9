package handback

import (
	"fmt"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// TestKilled kills each command (SIGKILL) after each of its writes, one run per write, and runs it again: in the end all is as
// after a run that was let be. That no claim can be lost on the way is watched by the scene.
func TestKilled(t *testing.T) {
	t.Parallel()
	for _, p := range paths() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			w := p.whole(t)
			writes := w.result.Writes()
			for n := 1; n <= len(writes); n++ {
				t.Run(fmt.Sprintf("%d-%s-%s", n, writes[n-1].Verb, writes[n-1].Resource), func(t *testing.T) {
					t.Parallel()
					p.killed(t, n, w.change)
				})
			}
		})
	}
}

func (p path) killed(t *testing.T, n int, want string) {
	t.Helper()
	s := p.stage(t)
	before := s.State()
	first := s.Run(live.Run{Args: p.line(s), Loses: p.loses, On: func(r *live.Request) live.Action {
		return live.Action{Kill: r.Write == n}
	}})
	if writes := len(first.Writes()); writes != n && !p.raced {
		t.Fatalf("it was to be killed after write %d and made %d: %s", n, writes, first)
	}
	second := p.goOn(t, s)
	p.settle(s)
	if diff := gocmp.Diff(want, live.Change(before, s.State())); diff != "" {
		t.Errorf("killed and run again, it ended otherwise (- uninterrupted, + killed):\n%s\nfirst run: %s\nsecond run: %s", diff, first, second)
	}
	if p.check != nil {
		p.check(t, s)
	}
}
