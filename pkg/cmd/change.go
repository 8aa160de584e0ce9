package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/changes"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/execute"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
)

// changeFlags are the flags that all changing commands take, as typed.
type changeFlags struct {
	// lists is set for a command that, without arguments, only lists: then files will do, too.
	lists   bool
	source  source
	yes     bool
	dryRun  bool
	timeout time.Duration
	output  string
}

func (f *changeFlags) add(flags *pflag.FlagSet) {
	f.source.addFlags(flags)
	flags.BoolVarP(&f.yes, "yes", "y", false, "Do not ask for confirmation. Required when there is no terminal.")
	flags.BoolVar(&f.dryRun, "dry-run", false, "Print what would be done, and stop.")
	flags.DurationVar(&f.timeout, "timeout", execute.DefaultTimeout, "Give up after this `time`.")
	flags.StringVarP(&f.output, "output", "o", "", "Output `format`: json or yaml, of the plan with --dry-run, else of the result.")
}

// change is a changing command that is ready to plan.
type change struct {
	app     *app
	source  source
	yes     bool
	dryRun  bool
	timeout time.Duration
	machine *output.Machine
	// again is the command that finishes what is left.
	again fact.Command
	// question is what to ask before the Plan is run.
	question func(*drain.Plan) string
}

// planner makes the Plan of a command.
type planFunc func(*inspect.Index) (*drain.Plan, error)

func (f *changeFlags) options(cmd *cobra.Command, args []string) (*change, error) {
	if err := f.source.validate(cmd); err != nil {
		return nil, err
	}
	c := &change{app: f.source.app, source: f.source, yes: f.yes, dryRun: f.dryRun, timeout: f.timeout, again: commandLine(cmd, args)}
	switch {
	case f.source.offline() && !f.dryRun && !(f.lists && len(args) == 0):
		return nil, usagef("add --dry-run: --from only plans")
	case f.timeout <= 0:
		return nil, usagef("--timeout=%s leaves no time: use e.g. 10m", f.timeout)
	}
	if f.output == "" {
		return c, nil
	}
	machine, err := output.NewMachine(f.output, false)
	if err != nil || f.output == "name" {
		return nil, usagef("unknown output format %q: %s knows json and yaml", f.output, cmd.Name())
	}
	c.machine = machine
	return c, nil
}

// commandLine is what was typed, so that it can be typed again. The connection is left out: it is added to every command that
// is printed. So is a token: what is printed ends in logs.
func commandLine(cmd *cobra.Command, args []string) fact.Command {
	c := fact.Plugin(cmd.Name(), args...)
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Name == "token" || slices.Contains(carried(), f.Name) {
			return
		}
		if f.Value.Type() == "bool" && f.Value.String() == "true" {
			c = c.With("--" + f.Name)
			return
		}
		values := []string{f.Value.String()}
		if many, ok := f.Value.(pflag.SliceValue); ok {
			values = many.GetSlice()
		}
		for _, value := range values {
			c = c.With("--" + f.Name + "=" + value)
		}
	})
	return c
}

// run plans, shows, asks and runs.
func (c *change) run(ctx context.Context, reads collect.Options, plan planFunc) error {
	snapshot, err := c.source.load(ctx, reads)
	if err != nil {
		return err
	}
	p, err := plan(inspect.NewIndex(snapshot))
	if err != nil {
		return c.app.misuse(err)
	}
	if c.dryRun {
		return c.preview(p)
	}
	switch p.Verdict {
	case drain.NothingToDo:
		return c.nothing(p)
	case drain.Blocked:
		return c.blocked(p)
	case drain.Ready:
	}
	if c.yes {
		err = changes.Plan{Plan: p, Phrase: c.app.phrase, WithoutSteps: true}.Write(c.app.streams.Beside())
		if len(p.Moves) > 0 {
			_, _ = fmt.Fprintln(c.app.streams.ErrOut)
		}
	} else {
		err = c.confirm(ctx, p)
	}
	if err != nil {
		return err
	}
	return c.execute(ctx, p)
}

// misuse turns what is wrong with the names that were given into the error of a wrong command line.
func (a *app) misuse(err error) error {
	var wrong *drain.MisuseError
	var missing *drain.NotFoundError
	switch {
	case errors.As(err, &missing):
		return usagef("%s%s", a.phrase.Text(missing.Fact()), didYouMean(missing.Name, missing.Known))
	case errors.As(err, &wrong):
		return usagef("%s", a.phrase.Text(wrong.Fact()))
	}
	return err
}

func (c *change) preview(p *drain.Plan) error {
	var err error
	if c.machine != nil {
		err = c.machine.Print(c.app.streams, output.Document{Value: p, Phrase: c.app.phrase})
	} else {
		err = changes.Plan{Plan: p, Phrase: c.app.phrase}.Write(c.app.streams)
	}
	if err == nil && p.Verdict == drain.Blocked {
		err = &FindingsError{}
	}
	return err
}

// nothing says that all is as it should be.
func (c *change) nothing(p *drain.Plan) error {
	result := drain.NewResult(p, drain.StatusDone, oneReason(p.Done))
	result.Next = append(result.Next, p.Next...)
	if c.machine != nil {
		return c.machine.Print(c.app.streams, output.Document{Value: result, Phrase: c.app.phrase})
	}
	if err := (changes.Plan{Plan: p, Phrase: c.app.phrase}).Write(c.app.streams); err != nil {
		return err
	}
	for _, next := range p.Next {
		c.app.note("%s", c.app.phrase.Next(next))
	}
	return nil
}

// blocked says why nothing is done.
func (c *change) blocked(p *drain.Plan) error {
	var reasons []fact.Fact
	for _, b := range p.Blockers {
		reasons = append(reasons, b.Reason)
	}
	if err := c.showPlan(p); err != nil {
		return err
	}
	result := drain.NewResult(p, drain.StatusBlocked, oneReason(reasons))
	if p.Alive() {
		result.Next = append(result.Next, p.Next...)
	}
	return c.ended(result, true)
}

// oneReason is the only reason, or one that holds all.
func oneReason(reasons []fact.Fact) fact.Fact {
	switch len(reasons) {
	case 0:
		return fact.Fact{}
	case 1:
		return reasons[0]
	}
	return fact.New("SeveralReasons", "reasons", reasons)
}

// showPlan shows the Plan to people, beside the result.
func (c *change) showPlan(p *drain.Plan) error {
	return changes.Plan{Plan: p, Phrase: c.app.phrase}.Write(c.app.streams.Beside())
}

// ended prints a Result for programs and turns it into the exit code. Said reports whether people know it already.
func (c *change) ended(r *drain.Result, said bool) error {
	if c.machine != nil {
		if err := c.machine.Print(c.app.streams, output.Document{Value: r, Phrase: c.app.phrase}); err != nil {
			return err
		}
		said = true
	}
	switch r.Status {
	case drain.StatusDone:
		return nil
	case drain.StatusBlocked, drain.StatusDeclined:
		if said {
			return &FindingsError{}
		}
		return &FindingsError{Message: c.app.phrase.Text(r.Reason)}
	case drain.StatusInterrupted:
		return &interruptedError{}
	case drain.StatusFailed:
	}
	return &toldError{&fact.Error{Reason: r.Reason}}
}

// isTerminal reports whether a stream is one.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
