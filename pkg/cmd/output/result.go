package output

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Result is what a command did, for people.
type Result struct {
	// Status is the word for how it ended: done, failed, blocked, interrupted, declined.
	Status  string
	Message string
	Steps   []ResultStep
	// Landed are the members that were moved, and where they run now.
	Landed []ResultMember
	// Next is what can be done now.
	Next []string
	Took time.Duration
}

// ResultStep is what became of one step: done, failed or not-started.
type ResultStep struct{ Title, Status, Message string }

// ResultMember is where a member that was moved runs now, and how long that took. Planned is set if another node was.
type ResultMember struct {
	Member, Node, Planned string
	Volumes               []string
	Took                  time.Duration
}

const (
	statusDone      = "done"
	statusFailed    = "failed"
	statusUntouched = "not-started"
)

// Write writes the end of the story: one line if all went well, else how far each step came, and what to do next.
func (v Result) Write(s Streams) error {
	p := newPage(s)
	if v.Status == statusDone {
		text := fmt.Sprintf("done in %s: ", v.Took.Round(time.Second/10))
		if len(v.Landed) > 0 {
			text += Count(len(v.Landed), "member") + ", "
		}
		p.prose(Good, 0, 0, text+Count(len(v.Steps), "step"))
	} else {
		p.notDone(v)
	}
	if err := p.landed(s, v.Landed); err != nil {
		return err
	}
	for _, next := range v.Next {
		p.prose(None, 0, 2, next)
	}
	_, err := io.WriteString(s.Out, p.b.String())
	return err
}

func (p *page) notDone(v Result) {
	text := v.Status
	if v.Message != "" {
		text += ": " + v.Message
	}
	p.prose(Bad, 0, 2, text)
	words := map[string]string{statusDone: "done", statusFailed: "failed", statusUntouched: "not started"}
	styles := map[string]Style{statusDone: Good, statusFailed: Bad, statusUntouched: Dim}
	for i, step := range v.Steps {
		p.prose(styles[step.Status], 2, 4, fmt.Sprintf("%d %-11s  %s", i+1, words[step.Status], step.Title))
	}
}

// landed is the table of where members run now.
func (p *page) landed(s Streams, members []ResultMember) error {
	if len(members) == 0 {
		return nil
	}
	t := Table{Columns: []Column{{Name: "MEMBER"}, {Name: "RUNS ON"}, {Name: "WITH"}, {Name: "TOOK"}}, Folds: []int{2}}
	t.Rows = func(yield func([]Cell) bool) {
		for _, m := range members {
			node := Cell{m.Node, Good}
			switch {
			case m.Node == "":
				node = Cell{Text: "has ended"}
			case m.Planned != "":
				node = Cell{m.Node + ", not " + m.Planned, Warn}
			}
			if !yield([]Cell{{Text: m.Member}, node, {Text: strings.Join(m.Volumes, ", ")}, {Text: shortly(m.Took)}}) {
				return
			}
		}
	}
	p.blank()
	s.Out = &p.b
	err := t.Write(s)
	p.blank()
	return err
}
