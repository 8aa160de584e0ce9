package execute

import (
	"context"
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

const (
	// maxWrites is how often a step writes the same thing before it gives up on others who undo it.
	maxWrites = 6
	// firstDelay and maxDelay bound the pauses between tries.
	firstDelay = 500 * time.Millisecond
	maxDelay   = 15 * time.Second
	// tick is how often a wait is reported, and lookEvery how many of them pass before the cluster is read again though
	// nothing was heard.
	tick      = time.Second
	lookEvery = 10
	// settling is how long what is heard of Pods may go on before it is looked at.
	settling = 300 * time.Millisecond
	// holdFor is after how many ticks a write is tried again that the server has refused for the time being. kubectl
	// drain waits as long.
	holdFor = 5
)

// decision is what a step does next, as the cluster stands.
type decision struct {
	// done: the cluster is as the step wants it.
	done bool
	// write brings it closer; nil while there is nothing to do but wait.
	write func(ctx context.Context) error
	// message says what is waited for, or how it came to be done.
	message string
}

func doneWith(format string, args ...any) (decision, error) {
	return decision{done: true, message: fmt.Sprintf(format, args...)}, nil
}

func waitFor(format string, args ...any) (decision, error) {
	return decision{message: fmt.Sprintf(format, args...)}, nil
}

func refuse(format string, args ...any) (decision, error) {
	return decision{}, &refusedError{message: fmt.Sprintf(format, args...)}
}

// stepRun brings the cluster to where one step wants it: read, decide, write, and read again, until it is there.
type stepRun struct {
	*run
	index int
	step  drain.Step
	since time.Time

	writes, failures int
	// ineffectiveWrites counts the writes that were applied or refused and have not brought the cluster to where the step wants it.
	// A server that does not answer as it should is another matter: for that there is a time limit.
	ineffectiveWrites int
	// answer is what the last of them met with.
	answer string
	// uncertainWrite is set between a write and the look at what became of it. The user cannot stop in between.
	uncertainWrite bool
	last           string
	// lastNudge is when a controller was last made to look again, or when the step began.
	lastNudge time.Time
}

func (s *stepRun) loop(ctx context.Context) (string, error) {
	watch := newWatcher(s.Clock)
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
			return d.message, nil
		case d.write != nil:
			if err := s.write(ctx, d.write); err != nil {
				return s.last, err
			}
		default:
			s.last, s.uncertainWrite, s.failures = d.message, false, 0
			if watch.open(ctx, s.live.client, s.step) {
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
	if s.step.Action == drain.AwaitReady {
		return s.awaitReady(ctx)
	}
	d, err := s.decide(ctx, s.step)
	if err == nil && d.write != nil {
		err = s.stillDead(ctx, s.step)
	}
	return d, err
}

func (s *stepRun) write(ctx context.Context, write func(context.Context) error) error {
	if ctx.Err() != nil {
		return errStopped
	}
	if s.ineffectiveWrites == maxWrites {
		return fmt.Errorf("%s was tried %d times and did not last: %s", s.step.Title, maxWrites, s.answer)
	}
	s.writes++
	s.uncertainWrite = true
	bounded, cancel := s.bounded(s.finishing(ctx, true))
	defer cancel()
	err := write(bounded)
	var held *heldError
	switch {
	case errors.As(err, &held):
		s.writes, s.uncertainWrite, s.last = s.writes-1, false, held.message
		return s.hold(ctx)
	case err == nil:
		s.ineffectiveWrites, s.answer = s.ineffectiveWrites+1, "somebody else changes it at the same time"
		s.changed.Store(true)
		return nil
	case changedSince(err):
		s.ineffectiveWrites, s.answer = s.ineffectiveWrites+1, "the server says: "+err.Error()
		s.last = "it changed since it was checked"
		if s.writes > 1 {
			return s.sleep(ctx, s.delay(err), "it changed since it was checked: reading it again")
		}
		return nil
	case transient(err):
		s.changed.Store(true) // it may have been
		return s.pause(ctx, err)
	}
	return err
}

// heldError says that the server refuses a write for the time being, for a good reason.
type heldError struct{ message string }

// Error implements error.
func (e *heldError) Error() string { return e.message }

// hold waits for a reason to pass that no watch tells of.
func (s *stepRun) hold(ctx context.Context) error {
	for range holdFor {
		s.emit(drain.EventWaiting, s.index, s.last, s.since)
		if s.Clock.Now().After(s.deadline) {
			return fmt.Errorf("gave up after %s (--timeout): %s; last seen: %s", s.timeout, s.step.Title, s.last)
		}
		select {
		case <-ctx.Done():
			return errStopped
		case <-s.Clock.After(tick):
		}
	}
	return nil
}

// finishing lets what must be finished go on when the user stops.
func (s *stepRun) finishing(ctx context.Context, must bool) context.Context {
	if must {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

// pause waits before another try, or says why there is none.
func (s *stepRun) pause(ctx context.Context, err error) error {
	if ctx.Err() != nil && !s.uncertainWrite {
		return errStopped
	}
	if !transient(err) {
		return err
	}
	if ctx.Err() != nil && s.failures >= 2 {
		s.last = fmt.Sprintf("the last change could not be looked at: %v", err)
		return errStopped
	}
	return s.sleep(ctx, s.delay(err), fmt.Sprintf("the server did not answer as it should (%v): trying again", err))
}

// delay doubles from try to try, and is at least what the server asks for.
func (s *stepRun) delay(err error) time.Duration {
	d := min(firstDelay<<min(s.failures, 10), maxDelay)
	s.failures++
	if seconds, ok := apierrors.SuggestsClientDelay(err); ok {
		d = max(d, time.Duration(seconds)*time.Second)
	}
	return d
}

func (s *stepRun) sleep(ctx context.Context, d time.Duration, message string) error {
	s.emit(drain.EventRetrying, s.index, message, s.since)
	if s.Clock.Now().Add(d).After(s.deadline) {
		return fmt.Errorf("gave up after %s (--timeout): %s; %s", s.timeout, s.step.Title, message)
	}
	done := ctx.Done()
	if s.uncertainWrite {
		done = nil
	}
	select {
	case <-s.Clock.After(d):
	case <-done:
	}
	return nil
}

// wait passes the time until something may have happened.
func (s *stepRun) wait(ctx context.Context, w *watcher) error {
	for range w.patience() {
		s.emit(drain.EventWaiting, s.index, s.last, s.since)
		if s.Clock.Now().After(s.deadline) {
			return fmt.Errorf("gave up after %s (--timeout): %s; last seen: %s", s.timeout, s.step.Title, s.last)
		}
		select {
		case <-w.heard:
			return s.settle(ctx, w)
		case <-ctx.Done():
			return errStopped
		case <-s.Clock.After(tick):
		}
	}
	return nil
}

// settle lets what follows at once happen too, so that it is read once: a Pod that starts changes several times.
func (s *stepRun) settle(ctx context.Context, w *watcher) error {
	if s.step.Action != drain.AwaitReady && s.step.Action != drain.AwaitUnused {
		return nil
	}
	select {
	case <-ctx.Done():
		return errStopped
	case <-s.Clock.After(settling):
	}
	select {
	case <-w.heard:
	default:
	}
	return nil
}

// changedSince reports whether the server refused a write because its guard did not hold: a precondition (409), or a
// test of a JSON patch (422). What has gone meanwhile, or is there already, counts as well.
func changedSince(err error) bool {
	return apierrors.IsConflict(err) || apierrors.IsInvalid(err) || apierrors.IsNotFound(err) || apierrors.IsAlreadyExists(err)
}
