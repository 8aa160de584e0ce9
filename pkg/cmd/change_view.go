package cmd

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// planView is a Plan as it is shown.
func planView(p *drain.Plan) output.Plan {
	v := output.Plan{Warnings: p.Warnings, Losses: p.Losses, Done: p.Done}
	for _, e := range p.Evidence {
		v.Evidence = append(v.Evidence, e.Line())
	}
	if slices.ContainsFunc(p.Blockers, func(b drain.Blocker) bool { return b.Code == drain.BlockedAlive && b.Override == "" }) {
		p = &drain.Plan{Blockers: p.Blockers} // what would be done to a living node is of no interest
		v.Warnings = nil
	}
	for _, m := range p.Moves {
		v.Moves = append(v.Moves, output.PlanMove{Member: m.Member, Before: m.Before(), After: m.After(), Peers: m.Peers})
	}
	for _, s := range p.Steps {
		v.Steps = append(v.Steps, output.PlanStep{Title: s.Title, Why: s.Why, Destructive: s.Destructive})
	}
	for _, b := range p.Blockers {
		v.Blockers = append(v.Blockers, output.PlanBlocker{Message: b.Message, Override: b.Override})
	}
	return v
}

// resultView is a Result as it is shown.
func resultView(r *drain.Result) output.Result {
	v := output.Result{Status: string(r.Status), Message: r.Message, Next: r.Next}
	for _, s := range r.Steps {
		v.Steps = append(v.Steps, output.ResultStep{Title: s.Title, Status: string(s.Status), Message: s.Message})
	}
	return v
}

// stepEvent is an Event as it is shown.
func stepEvent(e drain.Event) output.StepEvent {
	states := map[drain.EventType]output.StepState{
		drain.EventStarted: output.StepStarted, drain.EventWaiting: output.StepWaiting, drain.EventRetrying: output.StepRetrying,
		drain.EventDone: output.StepDone, drain.EventFailed: output.StepFailed, drain.EventStopped: output.StepStopped,
	}
	return output.StepEvent{State: states[e.Type], Number: e.Index + 1, Title: e.Step.Title, Message: e.Message, At: e.At, Since: e.Since}
}
