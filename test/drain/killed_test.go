package drain

import (
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// kill kills the path (SIGKILL) after each of its writes but the records of them, one run per write, and runs it again:
// in the end all is as after the run that was let be. That no claim can be lost on the way, and nothing done too early,
// is watched in both runs. Without -torture it is killed after a sample of them.
func (p path) kill(t *testing.T, r live.Result, want string) {
	t.Helper()
	for i, w := range slices.DeleteFunc(r.Writes(), isRecord) {
		n := i + 1
		if !torture.Kills(p.name, n, w) {
			continue
		}
		t.Run(fmt.Sprintf("killed-%d-%s-%s", n, w.Verb, w.Resource), func(t *testing.T) {
			t.Parallel()
			p.killed(t, n, want)
		})
	}
}

// isRecord reports whether a write is the record of another.
func isRecord(r live.Request) bool { return r.Resource == "events" }

// killed kills the path after its n-th write.
func (p path) killed(t *testing.T, n int, want string) {
	t.Helper()
	s := p.stage(t)
	before := state(s)
	count := 0
	first := s.Run(p.run(s, func(r *live.Request) live.Action {
		if r.Write == 0 || isRecord(*r) {
			return live.Action{}
		}
		count++
		return live.Action{Kill: count == n}
	}))
	if first.Exit != -1 {
		t.Fatalf("it was to be killed after write %d: %s", n, first)
	}
	second := s.Run(p.run(s, nil))
	if second.Exit != 0 {
		t.Fatalf("run again: %s\nafter: %s", second, first)
	}
	p.settle(s)
	if diff := gocmp.Diff(want, live.Change(before, state(s))); diff != "" {
		t.Errorf("killed and run again, it ended otherwise (- uninterrupted, + killed):\n%s\nfirst run: %s\nsecond run: %s", diff, first, second)
	}
	if p.check != nil {
		p.check(t, s)
	}
}
