package output

import (
	"fmt"
	"io"
	"strings"
)

// Plan is what a command would do, for people. A pipe gets the same without color, and nothing is wrapped there.
type Plan struct {
	// Evidence is what was seen of nodes, a line each, and Moves where members go.
	Evidence []string
	Moves    []PlanMove
	Steps    []PlanStep
	Blockers []PlanBlocker
	Warnings []string
	Losses   []string
	// Done says how things stand if there is nothing to do.
	Done []string
}

// PlanStep is one step of a Plan.
type PlanStep struct {
	Title, Why  string
	Destructive bool
}

// PlanBlocker is a reason not to run it, with the flag that overrides it, if any may.
type PlanBlocker struct{ Message, Override string }

// Write writes the Plan: what stands in its way first, then the steps, and what is lost.
func (v Plan) Write(s Streams) error {
	p := newPage(s)
	for _, text := range v.Done {
		p.prose(None, 0, 0, text)
	}
	for _, text := range v.Evidence {
		p.prose(None, 0, 2, text)
	}
	if len(v.Evidence) > 0 && len(v.Blockers) > 0 {
		p.blank()
	}
	for _, b := range v.Blockers {
		text := b.Message
		if b.Override != "" && !strings.Contains(text, b.Override) {
			text += " (or add " + b.Override + ")"
		}
		p.prose(Bad, 0, 2, "blocked: "+text)
	}
	if len(v.Moves) > 0 {
		p.blank()
		if err := p.moves(s, v.Moves); err != nil {
			return err
		}
	}
	if len(v.Steps) > 0 {
		p.blank()
		p.planSteps(v)
	}
	if len(v.Warnings) > 0 {
		p.blank()
		for _, w := range v.Warnings {
			p.prose(Warn, 0, 2, "note: "+w)
		}
	}
	if len(v.Blockers) == 0 && (len(v.Steps) > 0 || len(v.Losses) > 0) {
		p.blank()
		p.losses(v.Losses)
	}
	_, err := io.WriteString(s.Out, p.b.String())
	return err
}

func (p *page) planSteps(v Plan) {
	if len(v.Blockers) > 0 {
		p.prose(Dim, 0, 0, "Without that, it would:")
	}
	digits := len(fmt.Sprint(len(v.Steps)))
	for i, s := range v.Steps {
		style := None
		if s.Destructive {
			style = Warn
		}
		number := fmt.Sprint(i + 1)
		p.prose(style, 2+digits-len(number), len(number)+2, number+"  "+s.Title)
		p.prose(Dim, digits+4, 0, s.Why)
	}
}

func (p *page) losses(losses []string) {
	if len(losses) == 0 {
		p.prose(Good, 0, 0, "Lost: nothing.")
		return
	}
	for _, loss := range losses {
		p.prose(Bad, 0, 2, "Lost: "+loss)
	}
}
