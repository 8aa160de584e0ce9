// Package changes shows people the Plan of a command that changes something, its progress, and its Result.
package changes

import (
	"fmt"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// Plan shows people what a command would do. A pipe gets the same without color, and nothing is wrapped there.
type Plan struct {
	Plan   *drain.Plan
	Phrase *phrase.Phraser
	// Cluster is the cluster that the Plan is for, as people know it; empty if it was made from files.
	Cluster string
	// WithoutSteps leaves the steps out: they are shown as they happen.
	WithoutSteps bool
}

// Write writes the Plan: what stands in its way first, then the steps, and what becomes of the data.
func (v Plan) Write(s output.Streams) error {
	p := &writer{Page: output.NewPage(s), phrase: v.Phrase}
	plan := v.shown()
	if v.Cluster != "" && plan.Verdict != drain.NothingToDo {
		p.Prose(output.None, 0, 2, "cluster: "+v.Cluster)
	}
	for _, f := range plan.Done {
		p.Prose(output.None, 0, 0, p.phrase.Text(f))
	}
	for _, e := range plan.Evidence {
		p.Prose(output.None, 0, 2, evidenceLine(p.phrase, e))
	}
	if len(plan.Evidence) > 0 && len(plan.Blockers)+len(plan.LeftOut) > 0 {
		p.Blank()
	}
	for _, b := range plan.Blockers {
		p.Prose(output.Bad, 0, 2, "blocked: "+blockerText(p.phrase, b))
	}
	p.leftOut(plan.LeftOut)
	if plan.Alive() {
		for _, next := range plan.Next {
			p.Prose(output.None, 0, 2, p.phrase.Next(next))
		}
	}
	if len(plan.Moves) > 0 {
		p.Blank()
		if err := p.moves(s, plan.Moves); err != nil {
			return err
		}
	}
	if len(plan.Steps) > 0 {
		p.Blank()
		p.planSteps(plan)
	}
	if len(plan.Warnings) > 0 {
		p.Blank()
		for _, w := range plan.Warnings {
			p.Prose(output.Warn, 0, 2, "note: "+p.phrase.Text(w))
		}
	}
	if len(plan.Blockers) == 0 && len(plan.Losses)+len(plan.Outcome) > 0 {
		p.Blank()
		p.outcome(plan)
	}
	p.missing(plan)
	return p.Flush(s.Out)
}

// shown is what is shown of the Plan. What would be done to a node that is alive is of no interest.
func (v Plan) shown() *drain.Plan {
	shown := *v.Plan
	if shown.Alive() {
		shown.Moves, shown.Steps, shown.Warnings = nil, nil, nil
	}
	if v.WithoutSteps {
		shown.Steps, shown.Outcome, shown.Next = nil, nil, nil // what comes next is told with the Result
	}
	return &shown
}

// blockerText is a reason not to run a Plan, with the flag that takes it away, if one does. A Fact that tells the flag has it
// in its sentence.
func blockerText(say *phrase.Phraser, b drain.Blocker) string {
	text := say.Text(b.Reason)
	told := b.Override == "" || b.Reason.Get("override") != ""
	switch {
	case b.Except != "" && told:
		text += " (or leave it out: --except " + b.Except + ")"
	case b.Except != "":
		text += " (or add " + b.Override + ", or leave it out: --except " + b.Except + ")"
	case !told:
		text += " (or add " + b.Override + ")"
	}
	return text
}

// leftOut says which members or volumes stay as they are, and why.
func (p *writer) leftOut(all []drain.LeftOut) {
	for _, l := range all {
		name := l.Name()
		if l.Owner != "" {
			name += " (" + l.Owner + ")"
		}
		text := "left out: " + name + ": " + p.phrase.Text(l.Reason)
		if l.Override != "" && l.Reason.Get("override") == "" {
			text += " (or add " + l.Override + ")"
		}
		p.Prose(output.Bad, 0, 2, text)
	}
}

// missing says last what has to be done besides, or nobody can use what is given.
func (p *writer) missing(plan *drain.Plan) {
	if len(plan.Blockers) > 0 {
		return
	}
	for _, next := range plan.Next {
		if next.Missing {
			p.Prose(output.Warn, 0, 2, p.phrase.Next(next))
		}
	}
}

func (p *writer) planSteps(plan *drain.Plan) {
	if len(plan.Blockers) > 0 {
		p.Prose(output.Dim, 0, 0, "Without that, it would:")
	}
	digits := len(fmt.Sprint(len(plan.Steps)))
	for i, s := range plan.Steps {
		style := output.None
		if s.Destructive {
			style = output.Warn
		}
		number := fmt.Sprint(i + 1)
		p.Prose(style, 2+digits-len(number), len(number)+2, number+"  "+p.phrase.Text(s.Title))
		p.Prose(output.Dim, digits+4, 0, p.phrase.Text(s.Why))
	}
}
