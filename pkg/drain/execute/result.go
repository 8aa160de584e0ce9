package execute

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// end settles the status and what to do next.
func (r *run) end(ctx context.Context, err error) *drain.Result {
	slices.SortStableFunc(r.result.Placements, func(a, b drain.Placement) int { return cmp.Compare(a.Member, b.Member) })
	var refused *refusedError
	var denied *DeniedError
	var returned *liveness.ReturnedError
	var stuck *stuckError
	switch {
	case err == nil:
		r.result.Next = append(r.result.Next, r.nextWithout()...)
		r.result.Settle()
	case errors.Is(err, errStopped):
		r.result.Status, r.result.Reason = drain.StatusInterrupted, fact.New("StoppedAtSafePoint")
		if context.Cause(ctx) != nil && !r.changed.Load() {
			r.result.Reason = fact.New("StoppedBeforeChanges")
		}
		r.next(r.again())
	case !r.changed.Load() && (errors.As(err, &refused) || errors.As(err, &denied) || errors.As(err, &returned) || errors.As(err, &stuck) && stuck.byServer):
		r.result.Status, r.result.Reason = drain.StatusBlocked, tell(err)
	case errors.As(err, &returned):
		r.result.Status, r.result.Reason = drain.StatusFailed, tell(err)
		r.rollbackHints(ctx)
		r.next(fact.New("CheckReturnedNode").Offering(fact.Plugin("recover")))
	default:
		r.result.Status, r.result.Reason = drain.StatusFailed, tell(err)
		r.next(r.again())
	}
	if err != nil && r.changed.Load() {
		r.tellLeft(ctx)
	}
	return r.result
}

func (r *run) next(f fact.Fact) { r.result.Next = append(r.result.Next, drain.NextIs(f)) }

// again is how to go on with what is left.
func (r *run) again() fact.Fact {
	f := fact.New("RunAgainToFinish")
	if r.ResumeCommand.IsZero() {
		return f
	}
	return f.Offering(r.ResumeCommand)
}

// rollbackHints says how to undo what was done for members that stay where they are, since their node has returned.
func (r *run) rollbackHints(ctx context.Context) {
	for _, d := range r.plan.RestsOn {
		if d.UID != "" && !d.Replaced && r.cordonedStill(ctx, d.Name, d.UID) {
			r.next(fact.New("ReturnedNodeCordoned", "node", d.Name).Offering(fact.Kubectl("uncordon", d.Name)))
		}
	}
	for _, reserved := range r.reservedInVain() {
		r.next(fact.New("VolumeStillReserved", "volume", reserved.volume, "claim", reserved.claim).Offering(unreserve(reserved.volume)))
	}
}

func (r *run) isDone(step int) bool { return r.result.Steps[step].Status == drain.StepDone }

// claimDeleted reports whether a step has deleted a claim.
func (r *run) claimDeleted(claim drain.Object) bool {
	for i, s := range r.plan.Steps {
		if s.Action == drain.DeleteClaim && s.Object.Namespace == claim.Namespace && s.Object.Name == claim.Name && r.isDone(i) {
			return true
		}
	}
	return false
}
