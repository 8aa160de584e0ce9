package execute

import (
	"context"
	"flag"
	"testing"

	goldenfile "github.com/kubectl-localpv/kubectl-localpv/internal/golden"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/planner"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// command plans on the world as it is, and runs the Plan if there is something to do.
func command(ctx context.Context, t *testing.T, w *World, r asked) *drain.Result {
	t.Helper()
	plan := planned(t, r, w.Everything())
	if plan.Verdict != drain.Ready {
		status := drain.StatusBlocked
		if plan.Verdict == drain.NothingToDo {
			status = drain.StatusDone
		}
		return drain.NewResult(plan, status, fact.Fact{})
	}
	return carryOut(ctx, t, w, plan)
}

// asked is a request to one of the planners.
type asked func(*inspect.Index) (*drain.Plan, error)

func toRelease(r drain.ReleaseRequest) asked {
	return func(ix *inspect.Index) (*drain.Plan, error) { return planner.PlanRelease(ix, r) }
}

func toReclaim(r drain.ReclaimRequest) asked {
	return func(ix *inspect.Index) (*drain.Plan, error) { return planner.PlanReclaim(ix, r) }
}

func toReattach(r drain.ReattachRequest) asked {
	return func(ix *inspect.Index) (*drain.Plan, error) {
		return planner.PlanReattach(context.Background(), ix, Scheduler, r)
	}
}

func planned(t *testing.T, r asked, s *inspect.Snapshot) *drain.Plan {
	t.Helper()
	plan, err := r(inspect.NewIndex(s))
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// golden compares Plans and Results with testdata/golden/NAME, which -update writes.
var golden = goldenfile.Texts(flag.Bool("update", false, "rewrite the golden files"))
