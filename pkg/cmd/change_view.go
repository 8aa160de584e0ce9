package cmd

import (
	"slices"
	"time"

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

// resultView is the Result of a Plan as it is shown.
func resultView(p *drain.Plan, r *drain.Result) output.Result {
	v := output.Result{Status: string(r.Status), Message: r.Message, Next: r.Next}
	for _, s := range r.Steps {
		v.Steps = append(v.Steps, output.ResultStep{Title: s.Title, Status: string(s.Status), Message: s.Message})
	}
	for _, l := range r.Placements {
		v.Landed = append(v.Landed, output.ResultMember{Member: l.Member, Node: l.Node, Planned: l.Planned, Volumes: l.Volumes, Took: took(p, r, l.Member)})
	}
	return v
}

// took is how long the steps of a member took, from the first to the last.
func took(p *drain.Plan, r *drain.Result, member string) time.Duration {
	var first, last time.Time
	for i, s := range r.Steps {
		if p.Steps[i].Member != member || s.StartedAt == nil || s.FinishedAt == nil {
			continue
		}
		if first.IsZero() || s.StartedAt.Time.Before(first) {
			first = s.StartedAt.Time
		}
		if s.FinishedAt.After(last) {
			last = s.FinishedAt.Time
		}
	}
	return last.Sub(first)
}

// headings are what is said of each member before its steps.
func headings(p *drain.Plan) map[string]string {
	out := map[string]string{}
	for _, m := range p.Moves {
		way := m.Before() + " → " + m.After()
		if before, ok := out[m.Member]; ok {
			out[m.Member] = before + ", " + way
			continue
		}
		out[m.Member] = m.Member + ": " + way
	}
	return out
}

// stepEvent is an Event as it is shown.
func stepEvent(e drain.Event, headings map[string]string) output.StepEvent {
	states := map[drain.EventType]output.StepState{
		drain.EventStarted: output.StepStarted, drain.EventWaiting: output.StepWaiting, drain.EventRetrying: output.StepRetrying,
		drain.EventDone: output.StepDone, drain.EventFailed: output.StepFailed, drain.EventStopped: output.StepStopped,
	}
	return output.StepEvent{
		State: states[e.Type], Number: e.Index + 1, Title: e.Step.Title, Message: e.Message,
		Member: e.Step.Member, Heading: headings[e.Step.Member], At: e.At, Since: e.Since,
	}
}
