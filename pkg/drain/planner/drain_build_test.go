package planner

import (
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"

	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
)

func drainPlan(t *testing.T, r drain.DrainRequest, objects ...any) *drain.Plan {
	t.Helper()
	p, err := PlanDrain(t.Context(), inspect.NewIndex(DrainScene(t, objects...)), Scheduler, r)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// told is all that a Plan says besides its steps, a line each, and then the titles of its steps.
func told(p *drain.Plan) string {
	var b strings.Builder
	b.WriteString(string(p.Verdict) + "\n")
	for _, e := range p.Evidence {
		b.WriteString(e.Line() + "\n")
	}
	for _, blocker := range p.Blockers {
		b.WriteString("blocked " + string(blocker.Code) + " [" + blocker.Override + "]: " + blocker.Message + "\n")
	}
	for _, m := range p.Moves {
		b.WriteString(m.Member + " " + m.Claim + ": " + m.Before() + " -> " + m.After())
		if m.Peers != "" {
			b.WriteString("; " + m.Peers)
		}
		b.WriteString("\n")
	}
	for _, s := range p.Steps {
		b.WriteString("- " + s.Title + "\n")
	}
	for _, w := range p.Warnings {
		b.WriteString("note: " + w + "\n")
	}
	for _, l := range p.Losses {
		b.WriteString("lost: " + l + "\n")
	}
	for _, d := range p.Done {
		b.WriteString("done: " + d + "\n")
	}
	for _, n := range p.Next {
		b.WriteString("next: " + n + "\n")
	}
	return b.String()
}
