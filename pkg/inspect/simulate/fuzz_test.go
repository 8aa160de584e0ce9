package simulate

import (
	"testing"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// FuzzVerdict makes clusters and changes from seeds, with volumes that differ in nothing too, and asks twice: a
// verdict neither panics nor depends on chance, and a feasible Node is one without refusals.
func FuzzVerdict(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed, seed%2 == 0)
	}
	f.Fuzz(func(t *testing.T, seed uint64, alike bool) {
		g := newGenerator(t, seed)
		s, p := g.cluster()
		change := g.change(s)
		if alike {
			for _, v := range s.Volumes {
				twin := v.DeepCopy()
				twin.Name = g.name("v")
				change.Set = append(change.Set, twin)
			}
		}
		sim := simulator(t, s)
		first := told(verdict(t, sim, p, change))
		verdict(t, sim, p, inspect.Change{Set: []runtime.Object{Node("n0"), Volume("extra", Sized("100Gi"), On("n0"))}})
		again := told(verdict(t, sim, p, change))
		if len(first) != len(again) {
			t.Fatalf("two answers to one question:\n%q\n%q", first, again)
		}
		for i := range first {
			if first[i] != again[i] {
				t.Fatalf("two answers to one question:\n%s\n%s", first[i], again[i])
			}
		}
	})
}
