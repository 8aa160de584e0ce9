package change

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/changes"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/execute"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// interruptedError ends a command that stopped because it was told to. What was done has been said.
type interruptedError struct{}

// Error implements error.
func (*interruptedError) Error() string { return "interrupted" }

// confirm shows the Plan and asks. Where nobody can answer, that is a no.
func (c *change) confirm(ctx context.Context, p *drain.Plan) error {
	if err := c.showPlan(p); err != nil {
		return err
	}
	if stream := c.notInteractive(); stream != "" {
		return c.ended(drain.NewResult(p, drain.StatusDeclined, fact.New("NotConfirmedWithoutTerminal", "stream", stream)), false)
	}
	_, _ = fmt.Fprintf(c.app.Streams.ErrOut, "%s [y/N] ", output.Clean(c.asked(p)))
	answer, err := c.answer(ctx)
	if err != nil {
		_, _ = fmt.Fprintln(c.app.Streams.ErrOut) // the answer's line
		c.app.Note("interrupted: nothing was changed")
		return c.ended(drain.NewResult(p, drain.StatusInterrupted, fact.New("NothingChanged")), true)
	}
	if answer != "y" && answer != "yes" {
		declined := fact.New("NotConfirmed")
		c.app.Note("%s", c.app.Phrase.Text(declined))
		return c.ended(drain.NewResult(p, drain.StatusDeclined, declined), true)
	}
	return nil
}

// asked is the question, with those that are left out and the cluster that it is about.
func (c *change) asked(p *drain.Plan) string {
	text := c.question(p)
	if n := len(p.LeftOut); n > 0 {
		noun, verb := "member", "are"
		if p.LeftOut[0].Volume != "" {
			noun = "volume"
		}
		if n == 1 {
			verb = "is"
		}
		text = fmt.Sprintf("%s %s left out. %s", phrase.Count(n, noun), verb, text)
	}
	if name := c.cluster(); name != "" {
		text = name + ": " + text
	}
	return text
}

// cluster is the cluster that is changed, empty if files are read.
func (c *change) cluster() string {
	if c.source.Offline() {
		return ""
	}
	return c.app.ClusterName()
}

// answer reads one line. A read cannot be called off, so it is left behind when the user interrupts.
func (c *change) answer(ctx context.Context) (string, error) {
	lines := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(c.app.Streams.In).ReadString('\n')
		lines <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case line := <-lines:
		return line, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// execute runs the Plan and shows what happens.
func (c *change) execute(ctx context.Context, p *drain.Plan) error {
	client, err := c.source.WatchClient()
	if err != nil {
		return err
	}
	config, err := c.app.RestConfig()
	if err != nil {
		return err
	}
	progress := changes.NewProgress(c.app.Streams.Beside(), p, c.app.Phrase)
	executor := &execute.Executor{
		Client: client, Clock: c.app.Clock, Timeout: c.timeout, RequestTimeout: config.Timeout, ResumeCommand: c.again,
		Sink: progress.Event, Words: c.app.Phrase.Text,
	}
	began := c.app.Clock.Now()
	result, err := executor.Run(ctx, p)
	if err != nil {
		return err
	}
	c.app.Flush() // so that the result comes last
	if c.machine == nil {
		streams := c.app.Streams
		if result.Status != drain.StatusDone {
			streams = c.app.Streams.Beside()
		}
		view := changes.Result{Plan: p, Result: result, Phrase: c.app.Phrase, Took: c.app.Clock.Now().Sub(began)}
		if err := view.Write(streams); err != nil {
			return err
		}
	}
	return c.ended(result, true)
}

// notInteractive is the stream for which nobody can be asked, empty if somebody can.
func (c *change) notInteractive() string {
	switch {
	case c.app.AssumeInteractive:
		return ""
	case !isTerminal(c.app.Streams.In):
		return "stdin"
	case !isTerminal(c.app.Streams.ErrOut):
		return "stderr"
	}
	return ""
}
