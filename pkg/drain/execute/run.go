package execute

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

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
	// returned is set once a node can be reached again that was taken for dead.
	returned atomic.Pointer[liveness.ReturnedError]
	// out are the targets that are left out, and why; wrote says of each step whether it is done and has changed something itself.
	out   map[int]fact.Fact
	wrote []bool
	// mu guards the user and the placements, and keeps calls of the Sink apart.
	mu sync.Mutex
	// sites keeps the Nodes that volumes are looked for on.
	sites nodesRead
	// who is the user; asked says that the server has been asked for it.
	who   string
	asked bool
}

func (e *Executor) newRun(plan *drain.Plan) *run {
	timeout := e.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	return &run{
		Executor: e, live: live{client: e.Client, bounded: e.bounded}, plan: plan, result: drain.NewResult(plan, drain.StatusDone, fact.Fact{}),
		deadline: e.Clock.Now().Add(timeout), timeout: timeout, out: map[int]fact.Fact{}, wrote: make([]bool, len(plan.Steps)),
	}
}

func (r *run) emit(t drain.EventType, i int, reason fact.Fact, since time.Time) {
	if r.Sink != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.Sink(drain.Event{Type: t, Index: i, Step: r.plan.Steps[i], Reason: reason, At: r.Clock.Now(), Since: since})
	}
}

// note tells what became known before the first step.
func (r *run) note(reason fact.Fact) {
	if r.Sink != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		now := r.Clock.Now()
		r.Sink(drain.Event{Type: drain.EventNoted, Index: -1, Reason: reason, At: now, Since: now})
	}
}
