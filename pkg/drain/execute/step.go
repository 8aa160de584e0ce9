package execute

import (
	"context"
	"errors"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// maxWrites is how often a step writes the same thing before it gives up on others who undo it.
const maxWrites = 6

// decision is what a step does next, as the cluster stands.
type decision struct {
	// done: the cluster is as the step wants it.
	done bool
	// write brings it closer; nil while there is nothing to do but wait.
	write func(ctx context.Context) error
	// reason says what is waited for, or how it came to be done; that is nothing special if there is none.
	reason fact.Fact
}

func done() (decision, error) { return decision{done: true}, nil }

func doneWith(reason fact.Fact) (decision, error) { return decision{done: true, reason: reason}, nil }

func waitFor(reason fact.Fact) (decision, error) { return decision{reason: reason}, nil }

func refuse(reason fact.Fact) (decision, error) { return decision{}, refused(reason) }

func refused(reason fact.Fact) error { return &refusedError{reason: reason} }

// stepRun brings the cluster to where one step wants it: read, decide, write, and read again, until it is there.
type stepRun struct {
	*run
	index  int
	step   drain.Step
	action action
	since  time.Time

	writes, failures int
	// refusals counts the writes that the server refused by its rules.
	refusals int
	// backoff gives the pauses between tries, since the cluster was last read well.
	backoff wait.Backoff
	// ineffectiveWrites counts the writes that were applied or refused and have not brought the cluster to where the step wants it.
	// A server that fails is another matter: for that there is a time limit.
	ineffectiveWrites int
	// answer is what the last of them met with.
	answer fact.Fact
	// uncertainWrite is set between a write and the check of what became of it. The user cannot stop in between.
	uncertainWrite bool
	last           fact.Fact
	// lastNudge is when a controller was last made to look again, or when the step began.
	lastNudge time.Time
	// nudges counts how often.
	nudges int
}

func (r *run) newStep(i int, a action) *stepRun {
	now := r.Clock.Now()
	return &stepRun{run: r, index: i, step: r.plan.Steps[i], action: a, since: now, lastNudge: now, backoff: newBackoff()}
}

func (s *stepRun) loop(ctx context.Context) (fact.Fact, error) {
	watch := newWatcher()
	defer watch.stop()
	for {
		if ctx.Err() != nil && !s.uncertainWrite {
			return s.last, errStopped
		}
		d, err := s.look(ctx)
		switch {
		case err != nil:
			if err := s.pause(ctx, err); err != nil {
				return s.last, err
			}
		case d.done:
			s.record(ctx)
			return d.reason, nil
		case d.write != nil:
			if err := s.write(ctx, d.write); err != nil {
				return s.last, err
			}
		default:
			s.last, s.uncertainWrite, s.failures, s.backoff = d.reason, false, 0, newBackoff()
			if watch.open(ctx, s.action.watches(s.live.client, s.step)) {
				continue // something may have happened before the watch began
			}
			if err := s.wait(ctx, watch); err != nil {
				return s.last, err
			}
		}
	}
}

// look reads and decides. After a write it does so even if the user wants to stop.
func (s *stepRun) look(ctx context.Context) (decision, error) {
	ctx = s.finishing(ctx, s.uncertainWrite)
	d, err := s.action.decide(s, ctx)
	if err == nil && d.write != nil {
		err = s.stillDead(ctx)
	}
	return d, err
}

// write writes once. Without an error the cluster is to be read again, whatever came of it: that is where a step finds out whether it is
// done. What was begun is finished though the user wants to stop, and what was written maxWrites times in vain is not tried again.
func (s *stepRun) write(ctx context.Context, write func(context.Context) error) error {
	if ctx.Err() != nil {
		return errStopped
	}
	if s.ineffectiveWrites == maxWrites {
		return &stuckError{step: s.step.Title, reason: fact.New("StepDidNotLast", "times", maxWrites, "why", s.answer)}
	}
	s.writes++
	s.uncertainWrite = true
	bounded, cancel := s.bounded(s.finishing(ctx, true))
	defer cancel()
	return s.written(ctx, write(bounded))
}

// written takes note of what the server said to a write, and waits as long as that asks for. A server that holds the write off has
// written nothing; one that failed may have.
func (s *stepRun) written(ctx context.Context, err error) error {
	var held *heldError
	switch {
	case errors.As(err, &held):
		s.writes, s.uncertainWrite, s.last = s.writes-1, false, held.reason
		return s.hold(ctx)
	case err == nil:
		s.ineffectiveWrites, s.answer = s.ineffectiveWrites+1, fact.New("SomebodyElseChangesIt")
		s.changed.Store(true)
		return nil
	case s.changedSince(err):
		s.ineffectiveWrites, s.answer = s.ineffectiveWrites+1, fact.New("ServerSays", "why", tell(err))
		s.last = fact.New("ChangedSinceChecked")
		if s.writes > 1 {
			return s.sleep(ctx, s.delay(err), fact.New("ChangedSoReadAgain"), s.last)
		}
		return nil
	case denied(err):
		return s.refusedByServer(ctx, err)
	case transient(err):
		s.changed.Store(true) // it may have been
		return s.pause(ctx, err)
	case refusal(err):
		return s.refusedByServer(ctx, err)
	}
	return err
}

// finishing lets what must be finished go on when the user stops.
func (s *stepRun) finishing(ctx context.Context, must bool) context.Context {
	if must {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

// changedSince reports whether the server refused a write because its guard did not hold: a precondition (409), or a test of a JSON patch,
// which is a 422 without causes (apiserver/pkg/endpoints/handlers: jsonPatcher). What has gone meanwhile, or is there already, counts as
// well.
func (s *stepRun) changedSince(err error) bool {
	switch {
	case denied(err), withoutNamespace(err):
		return false
	case apierrors.IsConflict(err), apierrors.IsNotFound(err), apierrors.IsAlreadyExists(err):
		return true
	}
	var status apierrors.APIStatus
	tested := s.step.Action == drain.ReserveVolume || s.step.Action == drain.OpenVolume
	return tested && apierrors.IsInvalid(err) && errors.As(err, &status) && (status.Status().Details == nil || len(status.Status().Details.Causes) == 0)
}

// refusedByServer ends a step that the server refuses. What its own rules refuse is read and tried once more: they may be about something
// that has just changed.
func (s *stepRun) refusedByServer(ctx context.Context, err error) error {
	if s.refusals++; apierrors.IsInvalid(err) && s.refusals == 1 {
		return nil
	}
	ctx, cancel := s.bounded(s.finishing(ctx, true))
	defer cancel()
	return &stuckError{step: s.step.Title, reason: fact.New("ServerRefuses", "user", s.user(ctx), "why", tell(err)), byServer: true}
}
