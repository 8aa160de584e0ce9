package execute

import (
	"context"
	"errors"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
)

// inStages carries out a Plan, one stage after the other, as long as nothing fails. If a node can be reached again, nothing more is
// deleted anywhere; members whose claims are gone by then are still given new ones.
func (r *run) inStages(ctx context.Context) error {
	for _, stage := range r.plan.Stages {
		if err := r.stage(ctx, stage); err != nil {
			return err
		}
	}
	return nil
}

// stage works on the targets of a stage, some at the same time, each by itself.
func (r *run) stage(ctx context.Context, stage drain.Stage) error {
	rows := actions()
	errs := make([]error, len(stage.Targets))
	var failed atomic.Bool
	group := errgroup.Group{}
	group.SetLimit(stage.Parallel)
	for i, target := range stage.Targets {
		if r.isOut(target) {
			continue
		}
		group.Go(func() error {
			if failed.Load() && stage.OnFailure == drain.StopStage {
				return nil // not begun
			}
			if errs[i] = r.inOrder(ctx, target, rows); errs[i] != nil {
				failed.Store(true)
			}
			return nil
		})
	}
	_ = group.Wait() // what went wrong is in errs, by target
	return gravest(errs)
}

// inOrder runs the steps of a target until one fails.
func (r *run) inOrder(ctx context.Context, target int, rows map[drain.Action]action) error {
	for i, s := range r.plan.Steps {
		if s.Target != target {
			continue
		}
		if ctx.Err() != nil {
			return errStopped
		}
		if err := r.carryOut(ctx, i, rows[s.Action]); err != nil {
			return err
		}
	}
	return nil
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
