// Package change holds the commands that change something: each has a Plan made, shows it, asks, and runs it.
package change

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/changes"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
)

// change is a changing command that is ready to plan.
type change struct {
	app     *cli.App
	source  cli.Source
	yes     bool
	dryRun  bool
	timeout time.Duration
	machine *output.Machine
	// again is the command that finishes what is left.
	again fact.Command
	// question is what to ask before the Plan is run.
	question func(*drain.Plan) string
}

// planFunc makes the Plan of a command.
type planFunc func(*inspect.Index) (*drain.Plan, error)

// namespace is the one given, or that of the kubeconfig's context.
func (c *change) namespace() (string, error) {
	if c.source.Offline() {
		if given := *c.app.Cluster.Namespace; given != "" {
			return given, nil
		}
		return "default", nil
	}
	return c.app.Namespace()
}

// run plans, shows, asks and runs.
func (c *change) run(ctx context.Context, reads collect.Options, plan planFunc) error {
	snapshot, err := c.source.Load(ctx, reads)
	if err != nil {
		return err
	}
	p, err := plan(inspect.NewIndex(snapshot))
	if err != nil {
		return c.misuse(err)
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
	if !c.yes {
		if err := c.confirm(ctx, p); err != nil {
			return err
		}
	}
	c.app.Patiently()
	if c.yes {
		beside := c.app.Streams.Beside()
		if err := (changes.Plan{Plan: p, Phrase: c.app.Phrase, Cluster: c.cluster(), WithoutSteps: true}).Write(beside); err != nil {
			return err
		}
		if len(p.Moves) > 0 {
			_, _ = fmt.Fprintln(beside.Out)
		}
	}
	return c.execute(ctx, p)
}

// misuse turns what is wrong with the names that were given into the error of a wrong command line.
func (c *change) misuse(err error) error {
	var wrong *drain.MisuseError
	var missing *drain.NotFoundError
	switch {
	case errors.As(err, &missing):
		return cli.Usagef("%s%s", c.app.Phrase.Text(missing.Fact()), cli.DidYouMean(missing.Name, missing.Known))
	case errors.As(err, &wrong):
		return cli.Usagef("%s", c.app.Phrase.Text(wrong.Fact()))
	}
	return err
}
