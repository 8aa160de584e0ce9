package planner

import (
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestScalesTooFar: a StatefulSet is scaled down from its last member on, so that a member in the middle takes those behind it along.
func TestScalesTooFar(t *testing.T) {
	for name, want := range map[string]string{
		"data-db-0": "db-0 (Running on n0, StatefulSet/db); scale StatefulSet/db down first, to 0, which ends db-1 and db-2 as well; " +
			"to move db-0 alone: kubectl localpv drain n0 --move-claims --only shop/StatefulSet/db",
		"data-db-2": "db-2 (Running on n2, StatefulSet/db); scale StatefulSet/db down first",
	} {
		plan := planOf(t, releasing(drain.ReleaseRequest{Targets: Pvc(name)}), Snapshot(t, All(Fleet(), Db())...))
		says(t, plan, drain.Blocked, "blocked InUse []: claim shop/"+name+" is used by Pod "+want)
	}
}
