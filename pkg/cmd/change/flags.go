package change

import (
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/complete"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/execute"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// sharedFlags are the flags that all changing commands take, as typed.
type sharedFlags struct {
	// lists is set for a command that, without arguments, only lists: then files will do, too.
	lists   bool
	source  cli.Source
	yes     bool
	dryRun  bool
	timeout time.Duration
	output  string
}

// add adds the flags to a command that has its own already, and says what the shell offers for them.
func (f *sharedFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	f.source.AddFlags(flags)
	flags.BoolVarP(&f.yes, "yes", "y", false, "Do not ask for confirmation. Required when there is no terminal.")
	flags.BoolVar(&f.dryRun, "dry-run", false, "Print what would be done, and stop.")
	flags.DurationVar(&f.timeout, "timeout", execute.DefaultTimeout, "Give up after this `time`.")
	flags.StringVarP(&f.output, "output", "o", "", "Output `format`: json or yaml, of the plan with --dry-run, else of the result.")
	complete.Flags(cmd, map[string]complete.Func{"timeout": cobra.NoFileCompletions, "output": complete.Formats("json", "yaml")})
}

// options turns the flags into what is to be done, or says what is wrong with them.
func (f *sharedFlags) options(cmd *cobra.Command, args []string) (*change, error) {
	if err := f.source.Validate(cmd); err != nil {
		return nil, err
	}
	c := &change{app: f.source.App, source: f.source, yes: f.yes, dryRun: f.dryRun, timeout: f.timeout, again: commandLine(cmd, args)}
	switch {
	case f.source.Offline() && !f.dryRun && !(f.lists && len(args) == 0):
		return nil, cli.Usagef("add --dry-run: --from only plans")
	case f.timeout <= 0:
		return nil, cli.Usagef("--timeout=%s leaves no time: use e.g. 10m", f.timeout)
	}
	if f.yes {
		c.app.Patiently() // nobody is asked
	}
	if f.output == "" {
		return c, nil
	}
	machine, err := output.NewMachine(f.output, false)
	if err != nil || f.output == "name" {
		return nil, cli.Usagef("unknown output format %q: %s knows json and yaml", f.output, cmd.Name())
	}
	c.machine = machine
	return c, nil
}

// commandLine is what was typed, so that it can be typed again. The connection is left out: it is added to every command that
// is printed. So is a token: what is printed ends in logs.
func commandLine(cmd *cobra.Command, args []string) fact.Command {
	c := fact.Plugin(cmd.Name(), args...)
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Name == "token" || slices.Contains(cli.ConnectionFlags(), f.Name) {
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
