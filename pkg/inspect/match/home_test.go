package match_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestHomesOfLookalikeAffinities: two affinities that read alike when their values are run together are two.
func TestHomesOfLookalikeAffinities(t *testing.T) {
	one, two := Volume("one", On("a b")), Volume("two", Within(Term(In(corev1.LabelHostname, "a", "b"))))
	for _, order := range [][]*corev1.PersistentVolume{{one, two}, {two, one}} {
		ix := inspect.NewIndex(&inspect.Snapshot{Nodes: []*corev1.Node{Node("a")}, Volumes: order})
		if got := len(ix.HomeOf(one).Nodes); got != 0 {
			t.Errorf("volume one is at home on %d Nodes, want none: its value is no label value", got)
		}
		if got := len(ix.HomeOf(two).Nodes); got != 1 {
			t.Errorf("volume two is at home on %d Nodes, want one", got)
		}
	}
}
