package execute

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
)

// inStages carries out a Plan whose targets are worked on side by side: what all rest on first, then each target by
// itself, its steps in order, and what rests on all of them last. A target that fails leaves the others alone. If a node
// answers again, nothing more is deleted anywhere; members whose claims are gone by then are still given new ones.
func (r *run) inStages(ctx context.Context) error {
	if err := r.inOrder(ctx, r.stepsOf(0, r.plan.Prelude)); err != nil {
		return err
	}
	errs := make([]error, len(r.plan.Targets))
	group := errgroup.Group{}
	group.SetLimit(r.plan.Concurrency)
	for target := r.plan.Prelude; target < r.plan.Epilogue; target++ {
		group.Go(func() error {
			errs[target] = r.inOrder(ctx, r.stepsOf(target, target+1))
			return nil
		})
	}
	_ = group.Wait() // what went wrong is in errs, by target
	slices.SortFunc(r.result.Placements, func(a, b drain.Placement) int { return cmp.Compare(a.Member, b.Member) })
	if err := gravest(errs); err != nil {
		return err
	}
	return r.inOrder(ctx, r.stepsOf(r.plan.Epilogue, len(r.plan.Targets)))
}

// gravest is the error that the command ends with: that a node returned, then the first failure, then that the user
// stopped it.
func gravest(errs []error) error {
	var first, stopped error
	for _, err := range errs {
		var returned *liveness.ReturnedError
		switch {
		case errors.As(err, &returned):
			return err
		case errors.Is(err, errStopped):
			stopped = err
		case first == nil:
			first = err
		}
	}
	if first != nil {
		return first
	}
	return stopped
}

// stepsOf are the steps of some targets, by their places in the Plan.
func (r *run) stepsOf(from, to int) []int {
	var out []int
	for i, s := range r.plan.Steps {
		if s.Target >= from && s.Target < to {
			out = append(out, i)
		}
	}
	return out
}

// inOrder runs steps until one fails.
func (r *run) inOrder(ctx context.Context, steps []int) error {
	for _, i := range steps {
		if ctx.Err() != nil {
			return errStopped
		}
		if err := r.step(ctx, i); err != nil {
			return err
		}
	}
	return nil
}
