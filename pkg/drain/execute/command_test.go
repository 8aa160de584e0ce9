package execute

import (
	"flag"
	"path/filepath"

	goldenfile "github.com/kubectl-localpv/kubectl-localpv/internal/golden"

	"context"
	"testing"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"

	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/planner"
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
		return drain.NewResult(plan, status, "")
	}
	return carryOut(ctx, t, w, plan)
}

func carryOut(ctx context.Context, t *testing.T, w *World, plan *drain.Plan) *drain.Result {
	t.Helper()
	result, err := (&Executor{Client: w.Client, Clock: &InstantClock{At: Now()}, Timeout: time.Minute}).Run(ctx, plan)
	if err != nil {
		t.Fatal(err)
	}
	return result
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
	return func(ix *inspect.Index) (*drain.Plan, error) { return planner.PlanReattach(ix, r) }
}

func planned(t *testing.T, r asked, s *inspect.Snapshot) *drain.Plan {
	t.Helper()
	plan, err := r(inspect.NewIndex(s))
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

var update = flag.Bool("update", false, "write the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	goldenfile.Check(t, filepath.Join("testdata", "golden", name), got, *update)
}
