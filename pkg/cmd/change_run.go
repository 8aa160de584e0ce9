package cmd

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/execute"
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
	if !c.app.interactive() {
		return c.ended(drain.NewResult(p, drain.StatusDeclined, "nothing was changed: nobody can be asked here, so say yes with --yes"), false)
	}
	_, _ = fmt.Fprintf(c.app.streams.ErrOut, "%s [y/N] ", output.Clean(c.question(p)))
	answer, err := c.answer(ctx)
	if err != nil {
		_, _ = fmt.Fprintln(c.app.streams.ErrOut) // the answer's line
		c.app.note("interrupted: nothing was changed")
		return c.ended(drain.NewResult(p, drain.StatusInterrupted, "nothing was changed"), true)
	}
	if answer != "y" && answer != "yes" {
		return c.ended(drain.NewResult(p, drain.StatusDeclined, "nothing was changed"), false)
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
	clock := c.app.clock()
	progress := output.NewProgress(c.app.streams.ErrOut, isTerminal(c.app.streams.ErrOut), c.app.streams)
	heads := headings(p)
	executor := &execute.Executor{
		Client: client, Clock: clock, Timeout: c.timeout, RequestTimeout: config.Timeout, ResumeCommand: c.again,
		Sink: func(e drain.Event) { progress.Event(stepEvent(e, heads)) },
	}
	began := clock.Now()
	result, err := executor.Run(ctx, p)
	if err != nil {
		return err
	}
	if c.machine == nil {
		streams := c.app.streams
		if result.Status != drain.StatusDone {
			streams = c.beside()
		}
		view := resultView(p, result)
		view.Took = clock.Now().Sub(began)
		if err := view.Write(streams); err != nil {
			return err
		}
	}
	return c.ended(result, true)
}

// interactive reports whether somebody can be asked.
func (a *app) interactive() bool {
	return a.asks || isTerminal(a.streams.In) && isTerminal(a.streams.ErrOut)
}

// clock is the machine's, unless a test has another.
func (a *app) clock() execute.Clock { //nolint:ireturn // a test has another
	if a.testClock != nil {
		return a.testClock
	}
	return execute.SystemClock()
}
