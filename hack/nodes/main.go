//go:build linux

// Command nodes keeps a cluster with real nodes for humans: go run ./hack/nodes up.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes"
)

func main() {
	if code, played := realnodes.Play(); played {
		os.Exit(code)
	}
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
		Use:           "nodes",
		Short:         "A cluster with real kubelets, containers and disks, on this machine",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			return fmt.Errorf("say what to do: up, down, power-off...; %w", errUsage)
		},
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.PersistentFlags().StringVar(&name, "name", "default", "which cluster; each has its own nodes")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return fmt.Errorf("%w; %w", err, errUsage) })
	root.AddCommand(buildCommand(), upCommand(&name), downCommand(&name), onCommand(&name), diskCommand(&name))
	root.AddCommand(faultCommands(&name)...)
	root.AddCommand(diskCommands(&name)...)
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
