package execute

import (
	"context"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

const (
	// firstDelay and maxDelay bound the pauses between tries.
	firstDelay = 500 * time.Millisecond
	maxDelay   = 15 * time.Second
	// tick is how often a wait is reported, and lookEvery how many of them pass before the cluster is read again though
	// nothing was heard.
	tick      = time.Second
	lookEvery = 10
	// debounceFor is how long what is heard of Pods may go on before it is looked at.
	debounceFor = 300 * time.Millisecond
	// holdFor is after how many ticks a write is tried again that the server has refused for the time being. kubectl
	// drain waits as long.
	holdFor = 5
)

// newBackoff doubles a pause from try to try, until it is as long as maxDelay.
func newBackoff() wait.Backoff {
	const more = 10 // doublings than it takes to get to maxDelay
	return wait.Backoff{Duration: firstDelay, Factor: 2, Cap: maxDelay, Steps: more}
}

// hold waits for a reason to pass that no watch tells of.
func (s *stepRun) hold(ctx context.Context) error {
	for range holdFor {
		if err := s.waiting(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return errStopped
		case <-s.Clock.After(tick):
		}
	}
	return nil
}

// waiting tells what is waited for, and gives up if that takes too long.
func (s *stepRun) waiting() error {
	s.emit(drain.EventWaiting, s.index, s.last, s.since)
	if s.Clock.Now().After(s.deadline) {
		return &stuckError{step: s.step.Title, reason: fact.New("GaveUpWaiting", "timeout", s.timeout, "seen", s.last)}
	}
	return nil
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
		s.last = fact.New("LastChangeUnchecked", "why", tell(err))
		return errStopped
	}
	return s.sleep(ctx, s.delay(err), fact.New("RequestFailedSoAgain", "why", tell(err)), fact.New("RequestFailed", "why", tell(err)))
}

// delay grows from try to try, and is at least what the server asks for.
func (s *stepRun) delay(err error) time.Duration {
	d := s.backoff.Step()
	s.failures++
	if seconds, ok := apierrors.SuggestsClientDelay(err); ok {
		d = max(d, time.Duration(seconds)*time.Second)
	}
	return d
}

// sleep tells that there will be another try, and why, unless it is too late for one.
func (s *stepRun) sleep(ctx context.Context, d time.Duration, again, why fact.Fact) error {
	s.emit(drain.EventRetrying, s.index, again, s.since)
	if s.Clock.Now().Add(d).After(s.deadline) {
		return &stuckError{step: s.step.Title, reason: fact.New("GaveUpTrying", "timeout", s.timeout, "why", why)}
	}
	stop := ctx.Done()
	if s.uncertainWrite {
		stop = nil
	}
	select {
	case <-s.Clock.After(d):
	case <-stop:
	}
	return nil
}

// wait passes the time until something may have happened.
func (s *stepRun) wait(ctx context.Context, w *watcher) error {
	for range w.patience() {
		if err := s.waiting(); err != nil {
			return err
		}
		select {
		case <-w.heard:
			return s.debounce(ctx, w)
		case <-ctx.Done():
			return errStopped
		case <-s.Clock.After(tick):
		}
	}
	return nil
}

// debounce lets what follows at once happen too, so that it is read once: a Pod that starts changes several times.
func (s *stepRun) debounce(ctx context.Context, w *watcher) error {
	if !s.action.bursts {
		return nil
	}
	select {
	case <-ctx.Done():
		return errStopped
	case <-s.Clock.After(debounceFor):
	}
	select {
	case <-w.heard:
	default:
	}
	return nil
}
