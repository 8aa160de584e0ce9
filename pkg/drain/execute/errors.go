package execute

import (
	"errors"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// errStopped ends a step because the user wants to stop.
var errStopped = errors.New("stopped")

// refusedError says that the cluster is not as it was when the Plan was made, and what was planned is not safe or not
// wanted any more.
type refusedError struct{ reason fact.Fact }

// Error implements error, for developers.
func (e *refusedError) Error() string { return e.reason.String() }

// Fact is what the error says.
func (e *refusedError) Fact() fact.Fact { return e.reason }

// stuckError says that a step came to no end. The step itself tells why; the Result names the step, too.
type stuckError struct {
	step, reason fact.Fact
	// byServer says that the server refused it, so that nothing has come of the step.
	byServer bool
}

// Error implements error, for developers.
func (e *stuckError) Error() string { return e.Fact().String() }

// Fact is what the error says of the whole run.
func (e *stuckError) Fact() fact.Fact {
	return fact.New("StepFailed", "step", e.step, "why", e.reason)
}

// whyFailed is how a step ended, without its name.
func whyFailed(err error) fact.Fact {
	if stuck, ok := errors.AsType[*stuckError](err); ok {
		return stuck.reason
	}
	return tell(err)
}

// heldError says that the server refuses a write for the time being, for a good reason.
type heldError struct{ reason fact.Fact }

// Error implements error, for developers.
func (e *heldError) Error() string { return e.reason.String() }

// requestError says what a request was for that failed.
type requestError struct {
	reason fact.Fact
	err    error
}

// Error implements error, for developers.
func (e *requestError) Error() string { return e.reason.String() }

// Fact is what the error says.
func (e *requestError) Fact() fact.Fact { return e.reason }

// Unwrap is the error of the request, which says whether it may be tried again.
func (e *requestError) Unwrap() error { return e.err }
