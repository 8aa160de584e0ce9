package empty

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// TestFaults disturbs one path at each of its writes, in every way at what is special to a drain and in one way each at
// the others: the command ends right, or it says that it failed and how to go on; and run again, all is as if it had been
// let be. Nothing is lost or done too early meanwhile.
func TestFaults(t *testing.T) {
	p := paths()[slices.IndexFunc(paths(), func(p path) bool { return p.name == "move-deployment" })]
	s := p.stage(t)
	before := state(s)
	whole := s.Run(p.run(s, nil))
	if whole.Exit != 0 {
		t.Fatal(whole)
	}
	p.settle(s)
	want := live.Change(before, state(s))
	for i, w := range slices.DeleteFunc(whole.Writes(), isRecord) {
		for j, fault := range live.Faults() {
			special := w.Resource == "pods/eviction" || w.Verb == "delete"
			if !special && j%6 != i {
				continue
			}
			t.Run(fmt.Sprintf("%d-%s-%s-%s", i+1, w.Verb, w.Resource, fault.Name), func(t *testing.T) {
				t.Parallel()
				p.disturbed(t, i+1, fault, want)
			})
		}
	}
}

// disturbed plays a fault at the n-th write.
func (p path) disturbed(t *testing.T, n int, fault live.Fault, want string) {
	t.Helper()
	s := p.stage(t)
	before := state(s)
	count := 0
	run := p.run(s, func(r *live.Request) live.Action {
		if r.Write == 0 || isRecord(*r) {
			return live.Action{}
		}
		if count++; count != n {
			return live.Action{}
		}
		return live.Action{Fault: fault}
	})
	run.Args = append(run.Args, "--request-timeout=3s")
	first := s.Run(run)
	switch {
	case first.Exit == 0:
	case first.Exit == 1 && strings.Contains(first.Err, "run the same command again"):
		if again := s.Run(p.run(s, nil)); again.Exit != 0 {
			t.Fatalf("run again: %s\nafter: %s", again, first)
		}
	default:
		t.Fatal(first)
	}
	p.settle(s)
	if diff := gocmp.Diff(want, live.Change(before, state(s))); diff != "" {
		t.Errorf("disturbed, it ended otherwise (- undisturbed, + disturbed):\n%s\n%s", diff, first)
	}
}
