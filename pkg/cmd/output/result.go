package output

import (
	"fmt"
	"io"
	"time"
)

// Result is what a command did, for people.
type Result struct {
	// Status is the word for how it ended: done, failed, blocked, interrupted, declined.
	Status  string
	Message string
	Steps   []ResultStep
	// Next is what can be done now.
	Next []string
	Took time.Duration
}

// ResultStep is what became of one step: done, failed or not-started.
type ResultStep struct{ Title, Status, Message string }

const (
	statusDone      = "done"
	statusFailed    = "failed"
	statusUntouched = "not-started"
)

// Write writes the end of the story: one line if all went well, else how far each step came, and what to do next.
func (v Result) Write(s Streams) error {
	p := newPage(s)
	if v.Status == statusDone {
		p.prose(Good, 0, 0, fmt.Sprintf("done in %s: %s", v.Took.Round(time.Second/10), Count(len(v.Steps), "step")))
	} else {
		p.notDone(v)
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
