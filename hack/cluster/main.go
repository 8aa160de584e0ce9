// Command cluster keeps a local control plane for humans: go run ./hack/cluster up.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// errUsage marks what the person at the keyboard has to correct.
var errUsage = errors.New("see --help")

// run returns the exit code: 0 done, 1 failed, 2 misuse.
func run(ctx context.Context, args []string) int {
	root := newCommand()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errUsage):
		fmt.Fprintln(os.Stderr, "error:", err)
		return 2
	default:
		fmt.Fprintln(os.Stderr, "error:", err)
		return 1
	}
}

func newCommand() *cobra.Command {
	var name string
	root := &cobra.Command{
		Use:           "cluster",
		Short:         "A real control plane with simulated nodes, on this machine",
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(*cobra.Command, []string) error {
			return fmt.Errorf("say what to do: up, down, status...; %w", errUsage)
		},
		Args: usage(cobra.NoArgs),
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.PersistentFlags().StringVar(&name, "name", "default", "which cluster; each has its own state, ports and nodes")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return fmt.Errorf("%w; %w", err, errUsage) })
	open := func() (*state, error) { return openState(name) }
	root.AddCommand(upCommand(open), downCommand(open), statusCommand(open), superviseCommand(open), buildCommand())
	root.AddCommand(nodeCommands(open)...)
	return root
}

// usage turns an error about arguments into misuse.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return fmt.Errorf("%w; %w", err, errUsage)
		}
		return nil
	}
}
