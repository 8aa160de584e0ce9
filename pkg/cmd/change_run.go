package cmd

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/changes"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/execute"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// interruptedError ends a command that stopped because it was told to. What was done has been said.
type interruptedError struct{}

// Error implements error.
func (*interruptedError) Error() string { return "interrupted" }

// toldError ends a command that failed and has reported that in full.
type toldError struct{ error }

// Unwrap returns the failure.
func (e *toldError) Unwrap() error { return e.error }

// confirm shows the Plan and asks. Where nobody can answer, that is a no.
func (c *change) confirm(ctx context.Context, p *drain.Plan) error {
	if err := c.showPlan(p); err != nil {
		return err
	}
	if stream := c.app.notInteractive(); stream != "" {
		return c.ended(drain.NewResult(p, drain.StatusDeclined, fact.New("NotConfirmedWithoutTerminal", "stream", stream)), false)
	}
	_, _ = fmt.Fprintf(c.app.streams.ErrOut, "%s [y/N] ", output.Clean(c.question(p)))
	answer, err := c.answer(ctx)
	if err != nil {
		_, _ = fmt.Fprintln(c.app.streams.ErrOut) // the answer's line
		c.app.note("interrupted: nothing was changed")
		return c.ended(drain.NewResult(p, drain.StatusInterrupted, fact.New("NothingChanged")), true)
	}
	if answer != "y" && answer != "yes" {
		declined := fact.New("NotConfirmed")
		c.app.note("%s", c.app.phrase.Text(declined))
		return c.ended(drain.NewResult(p, drain.StatusDeclined, declined), true)
	}
	return nil
}

// answer reads one line. A read cannot be called off, so it is left behind when the user interrupts.
func (c *change) answer(ctx context.Context) (string, error) {
	lines := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(c.app.streams.In).ReadString('\n')
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
	client, err := c.source.watchClient()
	if err != nil {
		return err
	}
	config, err := c.app.restConfig()
	if err != nil {
		return err
	}
	progress := changes.NewProgress(c.app.streams.Beside(), p, c.app.phrase)
	executor := &execute.Executor{
		Client: client, Clock: c.app.clock, Timeout: c.timeout, RequestTimeout: config.Timeout, ResumeCommand: c.again,
		Sink: progress.Event, Words: c.app.phrase.Text,
	}
	began := c.app.clock.Now()
	result, err := executor.Run(ctx, p)
	if err != nil {
		return err
	}
	if c.machine == nil {
		streams := c.app.streams
		if result.Status != drain.StatusDone {
			streams = c.app.streams.Beside()
		}
		view := changes.Result{Plan: p, Result: result, Phrase: c.app.phrase, Took: c.app.clock.Now().Sub(began)}
		if err := view.Write(streams); err != nil {
			return err
		}
	}
	return c.ended(result, true)
}

// notInteractive is the stream for which nobody can be asked, empty if somebody can.
func (a *app) notInteractive() string {
	switch {
	case a.assumeInteractive:
		return ""
	case !isTerminal(a.streams.In):
		return "stdin"
	case !isTerminal(a.streams.ErrOut):
		return "stderr"
	}
	return ""
}
