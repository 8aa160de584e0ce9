package changes

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// Result shows people what a command did.
type Result struct {
	// Plan is what was carried out.
	Plan   *drain.Plan
	Result *drain.Result
	Phrase *phrase.Phraser
	// Took is how long all of it took.
	Took time.Duration
}

// Write writes the end of the story: one line if all went well, else how far each step came, and what to do next.
func (v Result) Write(s output.Streams) error {
	p := &writer{Page: output.NewPage(s), phrase: v.Phrase}
	switch v.Result.Status {
	case drain.StatusDone, drain.StatusIncomplete:
		text := fmt.Sprintf("done in %s: ", v.Took.Round(time.Second/10))
		if n := len(v.Result.Placements); n > 0 {
			text += phrase.Count(n, "member") + ", "
		}
		p.Prose(output.Good, 0, 0, text+phrase.Count(v.stepsDone(), "step"))
	default:
		p.notDone(v.Result)
	}
	p.leftOut(v.Result.LeftOut)
	p.leftBehind(v.Result)
	if err := p.placements(s, v); err != nil {
		return err
	}
	for _, next := range v.Result.Next {
		p.Prose(output.None, 0, 2, p.phrase.Next(next))
	}
	return p.Flush(s.Out)
}

// stepsDone counts the steps that are done: those of members that were left out are not.
func (v Result) stepsDone() int {
	n := 0
	for _, s := range v.Result.Steps {
		if s.Status == drain.StepDone {
			n++
		}
	}
	return n
}

// leftBehind says what has to be taken back by hand, unless it is among what can be done next.
func (p *writer) leftBehind(r *drain.Result) {
	for _, l := range r.Left {
		again := func(n drain.Next) bool { return n.Command != nil && l.Command != nil && n.Command.Equal(*l.Command) }
		if !slices.ContainsFunc(r.Next, again) {
			p.Prose(output.Warn, 0, 2, "left behind: "+p.phrase.Next(l))
		}
	}
}

func (p *writer) notDone(r *drain.Result) {
	text := string(r.Status)
	if !r.Reason.IsZero() {
		text += ": " + p.phrase.Text(r.Reason)
	}
	p.Prose(output.Bad, 0, 2, text)
	words := map[drain.StepStatus]string{drain.StepDone: "done", drain.StepFailed: "failed", drain.StepNotStarted: "not started"}
	styles := map[drain.StepStatus]output.Style{drain.StepDone: output.Good, drain.StepFailed: output.Bad, drain.StepNotStarted: output.Dim}
	for i, step := range r.Steps {
		p.Prose(styles[step.Status], 2, 4, fmt.Sprintf("%d %-11s  %s", i+1, words[step.Status], p.phrase.Text(step.Title)))
	}
}

// placements is the table of where members run now.
func (p *writer) placements(s output.Streams, v Result) error {
	if len(v.Result.Placements) == 0 {
		return nil
	}
	t := output.Table{Columns: []output.Column{{Name: "MEMBER"}, {Name: "RUNS ON"}, {Name: "WITH"}}, Folds: []int{2}}
	times := v.times()
	if len(times) > 0 {
		t.Columns = append(t.Columns, output.Column{Name: "TOOK"})
	}
	t.Rows = func(yield func([]output.Cell) bool) {
		for _, m := range v.Result.Placements {
			node := output.Cell{Text: m.Node, Style: output.Good}
			switch {
			case m.Node == "":
				node = output.Cell{Text: "has ended"}
			case m.Planned != "":
				node = output.Cell{Text: m.Node + ", not " + m.Planned, Style: output.Warn}
			}
			row := []output.Cell{{Text: m.Member}, node, {Text: strings.Join(m.Volumes, ", ")}}
			if len(times) > 0 {
				row = append(row, output.Cell{Text: times[m.Member]})
			}
			if !yield(row) {
				return
			}
		}
	}
	p.Blank()
	s.Out = p
	err := t.Write(s)
	p.Blank()
	return err
}
