package trial

import (
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// Killed kills each command (SIGKILL) after each of its writes, one run per write, and runs it again: in the end all is as in
// the Reference. The rules hold, and no claim can be lost, in both runs. A sample is taken unless everything is tried.
func (u *Suite[S]) Killed(t *testing.T, trials []Trial[S]) {
	t.Helper()
	t.Parallel()
	chosen := u.kills(t)
	for _, p := range trials {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			r := u.Reference(t, p)
			ours := slices.DeleteFunc(slices.Clone(r.writes), func(w live.Request) bool { return u.spares(w) || !w.Applied() })
			for i, w := range ours {
				n := i + 1
				if !chosen(p.Name, n, w) {
					continue
				}
				t.Run(fmt.Sprintf("%d-%s-%s", n, w.Verb, w.Resource), func(t *testing.T) {
					t.Parallel()
					u.killed(t, p, n, w, r.Change)
				})
			}
		})
	}
}

func (u *Suite[S]) spares(w live.Request) bool { return u.Spares != nil && u.Spares(w, u.all) }

// killed kills the command after its n-th write of those that are not spared, which is as that of the Reference.
func (u *Suite[S]) killed(t *testing.T, p Trial[S], n int, like live.Request, want string) {
	t.Helper()
	a := u.Begin(t, p)
	var earlier []*live.Request
	last := ""
	first := a.Run(func(r *live.Request) live.Action {
		if r.Write == 0 || u.spares(*r) {
			return live.Action{}
		}
		count := 1 // what met a conflict is tried again, and counts once; what is under way beside this one counts
		for _, w := range earlier {
			if w.Status == 0 || w.Applied() {
				count++
			}
		}
		earlier = append(earlier, r)
		if count == n {
			last = r.Verb + " " + r.Resource
		}
		return live.Action{Kill: count == n}
	})
	if first.Exit != -1 && !p.Raced {
		t.Fatalf("it was to be killed after write %d: %s", n, first)
	}
	if write := like.Verb + " " + like.Resource; last != write && !p.Raced && !p.SideBySide {
		t.Errorf("it was to be killed after %s, write %d, and was killed after %q: %s", write, n, last, first)
	}
	second, err := a.Again()
	if err != nil {
		t.Fatalf("%v\nfirst run: %s", err, first)
	}
	a.Settle()
	if diff := gocmp.Diff(want, a.Change()); diff != "" {
		t.Errorf("killed and run again, it ended otherwise (- uninterrupted, + killed):\n%s\nfirst run: %s\nsecond run: %s", diff, first, second)
	}
	a.Check(t)
}
