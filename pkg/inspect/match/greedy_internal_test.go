package match

import (
	"fmt"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestGreedyBound: with too few states allowed, the outcome is left open, never guessed.
func TestGreedyBound(t *testing.T) {
	table := tieTable(6)
	if got := table.outcome(maxGreedyStates); got != GreedyAlways {
		t.Fatalf("outcome %s, want %s", got, GreedyAlways)
	}
	if got := table.outcome(3); got != GreedySometimes {
		t.Errorf("outcome with 3 states %s, want %s", got, GreedySometimes)
	}
}

// tieTable has n claims that every volume fits, and 2n equal volumes, all of different kinds because each is
// something else to one more claim, which has a volume reserved.
func tieTable(n int) fitTable {
	t := fitTable{matchers: make([]*Matcher, n+1)}
	for i := range 2 * n {
		row := make([]fit, n+1)
		for c := range n {
			row[c] = fitYes
		}
		if i%2 == 0 {
			row[n] = fitYes
		}
		t.volumes = append(t.volumes, inspecttest.Volume(fmt.Sprintf("pv-%d", i)))
		t.fits = append(t.fits, row)
	}
	reserved := make([]fit, n+1)
	reserved[n] = fitReserved
	t.volumes = append(t.volumes, inspecttest.Volume("reserved"))
	t.fits = append(t.fits, reserved)
	return t
}
