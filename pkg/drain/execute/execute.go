package execute

import (
	"context"
	"errors"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// Run carries out a Plan that is ready. Right before each step it reads again what the step rests on; every write is
// guarded by UID, and by resourceVersion or tests where the decision depends on more. A step is done when the cluster
// is seen to be as the step wants it, whoever made it so.
//
// When ctx ends, no further step is begun; a write that is under way is finished and checked first. What happened is
// in the Result; the error says that the Plan was not one to run, and that nothing was done.
func (e *Executor) Run(ctx context.Context, plan *drain.Plan) (*drain.Result, error) {
	if err := check(plan); err != nil {
		return nil, err
	}
	r := e.newRun(plan)
	err := r.preflight(ctx)
	if err == nil {
		err = r.inStages(ctx)
	}
	return r.end(ctx, err), nil
}

// carryOut runs one step and records how it ended.
func (r *run) carryOut(ctx context.Context, i int, a action) error {
	s := r.newStep(i, a)
	began := metav1.NewTime(s.since)
	r.emit(drain.EventStarted, i, fact.Fact{}, s.since)
	reason, err := s.loop(ctx)
	out := &r.result.Steps[i]
	out.Reason = reason
	switch {
	case errors.Is(err, errStopped):
		r.emit(drain.EventStopped, i, reason, s.since)
		return err
	case err != nil:
		out.Status, out.Reason = drain.StepFailed, whyFailed(err)
		r.emit(drain.EventFailed, i, out.Reason, s.since)
	default:
		out.Status, r.wrote[i] = drain.StepDone, s.writes > 0
		r.emit(drain.EventDone, i, reason, s.since)
	}
	finished := metav1.NewTime(r.Clock.Now())
	out.StartedAt, out.FinishedAt = &began, &finished
	return err
}
