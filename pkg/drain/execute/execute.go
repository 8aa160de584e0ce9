package execute

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
)

// DefaultTimeout is how long a Plan may take.
const DefaultTimeout = 10 * time.Minute

// defaultRequestTimeout is how long one request may take before it is tried again.
const defaultRequestTimeout = 30 * time.Second

// Clock tells the time and waits.
type Clock interface {
	Now() time.Time
	After(d time.Duration) <-chan time.Time
}

// Executor carries out Plans.
type Executor struct {
	Client kubernetes.Interface
	Clock  Clock
	// Timeout is for the whole Plan; zero stands for DefaultTimeout.
	Timeout time.Duration
	// RequestTimeout is for each request but watches; zero stands for 30 seconds.
	RequestTimeout time.Duration
	// Sink is told what happens, if it is set. Calls do not overlap.
	Sink func(drain.Event)
	// ResumeCommand is the command line that finishes what is left.
	ResumeCommand string
}

// Run carries out a Plan that is ready. Right before each step it reads again what the step rests on; every write is
// guarded by UID, and by resourceVersion or tests where the decision depends on more. A step is done when the cluster
// is seen to be as the step wants it, whoever made it so.
//
// When ctx ends, no further step is begun; a write that is under way is finished and looked at first. What happened is
// in the Result; the error says that the Plan was not one to run.
func (e *Executor) Run(ctx context.Context, plan *drain.Plan) (*drain.Result, error) {
	if plan.Verdict != drain.Ready {
		return nil, fmt.Errorf("a Plan that is %s cannot be run", plan.Verdict)
	}
	r := e.newRun(plan)
	if err := r.preflight(ctx); err != nil {
		return r.end(ctx, err), nil
	}
	if plan.Concurrency > 0 {
		return r.end(ctx, r.inStages(ctx)), nil
	}
	var first error
	broken := map[int]bool{}
	for i := range plan.Steps {
		s := plan.Steps[i]
		if ctx.Err() != nil {
			first = errors.Join(first, errStopped)
			break
		}
		if broken[s.Target] {
			continue
		}
		err := r.step(ctx, i)
		if err == nil {
			continue
		}
		first = orFirst(first, err)
		broken[s.Target] = true
		if !plan.Independent || errors.Is(err, errStopped) {
			break
		}
	}
	return r.end(ctx, first), nil
}

// errStopped ends a step because the user wants to stop.
var errStopped = errors.New("stopped")

// refusedError says that the cluster is not as it was when the Plan was made, and what was planned is not safe or not
// wanted any more.
type refusedError struct{ message string }

// Error implements error.
func (e *refusedError) Error() string { return e.message }

func orFirst(first, err error) error {
	if first == nil || errors.Is(err, errStopped) {
		return err
	}
	return first
}

// run is the state of one Run.
type run struct {
	*Executor
	live     live
	plan     *drain.Plan
	result   *drain.Result
	deadline time.Time
	timeout  time.Duration
	// changed reports whether a write may have been applied.
	changed atomic.Bool
	// returned is set once a node has answered that was left for dead.
	returned atomic.Pointer[liveness.ReturnedError]
	// mu guards who and what has landed, and keeps calls of the Sink apart.
	mu  sync.Mutex
	who string
}

func (e *Executor) newRun(plan *drain.Plan) *run {
	timeout := e.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	return &run{
		Executor: e, live: live{client: e.Client, bounded: e.bounded}, plan: plan, result: drain.NewResult(plan, drain.StatusDone, ""),
		deadline: e.Clock.Now().Add(timeout), timeout: timeout,
	}
}

// bounded limits one request.
func (e *Executor) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	limit := e.RequestTimeout
	if limit <= 0 {
		limit = defaultRequestTimeout
	}
	return context.WithTimeout(ctx, limit)
}

func (r *run) emit(t drain.EventType, i int, message string, since time.Time) {
	if r.Sink != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.Sink(drain.Event{Type: t, Index: i, Step: r.plan.Steps[i], Message: message, At: r.Clock.Now(), Since: since})
	}
}

// step runs one step and records how it ended.
func (r *run) step(ctx context.Context, i int) error {
	began := metav1.NewTime(r.Clock.Now())
	r.emit(drain.EventStarted, i, "", began.Time)
	message, err := (&stepRun{run: r, index: i, step: r.plan.Steps[i], since: began.Time, lastNudge: began.Time}).loop(ctx)
	out := &r.result.Steps[i]
	out.Message = message
	switch {
	case errors.Is(err, errStopped):
		r.emit(drain.EventStopped, i, message, began.Time)
		return err
	case err != nil:
		out.Status, out.Message = drain.StepFailed, err.Error()
		r.emit(drain.EventFailed, i, err.Error(), began.Time)
	default:
		out.Status = drain.StepDone
		r.emit(drain.EventDone, i, message, began.Time)
	}
	finished := metav1.NewTime(r.Clock.Now())
	out.StartedAt, out.FinishedAt = &began, &finished
	return err
}

// rollbackHints says how to undo what was done for members that stay where they are, since their node has returned.
func (r *run) rollbackHints() {
	done := func(i int) bool { return r.result.Steps[i].Status == drain.StepDone }
	for _, d := range r.plan.Dead {
		if d.UID != "" && !d.Replaced {
			r.result.Next = append(r.result.Next, fmt.Sprintf("node %s is cordoned; once it is well, kubectl uncordon %s lets the Pods that were not moved go back to their data", d.Name, d.Name))
		}
	}
	for i, s := range r.plan.Steps {
		moved := func(j int) bool {
			other := r.plan.Steps[j]
			return other.Action == drain.DeleteClaim && s.Precondition.For != nil && other.Object.Namespace == s.Precondition.For.Namespace && other.Object.Name == s.Precondition.For.Name && done(j)
		}
		if s.Action == drain.ReserveVolume && done(i) && !slices.ContainsFunc(indexes(r.plan.Steps), moved) {
			r.result.Next = append(r.result.Next, fmt.Sprintf("volume %s is still kept for claim %s; once that is seen to keep its own, to free it: kubectl localpv reclaim %s --keep-data",
				s.Object.Name, s.Precondition.For, s.Object.Name))
		}
	}
}

func indexes[T any](all []T) []int {
	out := make([]int, len(all))
	for i := range all {
		out[i] = i
	}
	return out
}

// end settles the status and what to do next.
func (r *run) end(ctx context.Context, err error) *drain.Result {
	var refused *refusedError
	var denied *DeniedError
	var returned *liveness.ReturnedError
	again := "to finish, run the same command again"
	if r.ResumeCommand != "" {
		again += ": " + r.ResumeCommand
	}
	switch {
	case err == nil:
		r.result.Next = append(r.result.Next, r.plan.Next...)
		return r.result
	case errors.Is(err, errStopped):
		r.result.Status, r.result.Message = drain.StatusInterrupted, "stopped at a safe point"
		if context.Cause(ctx) != nil && !r.changed.Load() {
			r.result.Message = "stopped before anything was changed"
		}
	case !r.changed.Load() && (errors.As(err, &refused) || errors.As(err, &denied) || errors.As(err, &returned)):
		r.result.Status, r.result.Message = drain.StatusBlocked, err.Error()
		again = ""
	default:
		r.result.Status, r.result.Message = drain.StatusFailed, err.Error()
		if errors.As(err, &returned) {
			again = "look at the node, then see what is left: kubectl localpv recover"
			r.rollbackHints()
		}
	}
	if again != "" {
		r.result.Next = append(r.result.Next, again)
	}
	return r.result
}
