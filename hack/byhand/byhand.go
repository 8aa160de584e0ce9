// Package byhand is the frame of programs that keep a cluster for humans: signals, misuse and exit codes.
package byhand

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// ErrUsage marks what the person at the keyboard has to correct.
var ErrUsage = errors.New("see --help")

// Main runs a command line until it is done or a signal comes, and returns the exit code.
func Main(root *cobra.Command, args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return Run(ctx, root, args)
}

// Run returns the exit code: 0 done, 1 failed, 2 misuse.
func Run(ctx context.Context, root *cobra.Command, args []string) int {
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "error:", err)
	if errors.Is(err, ErrUsage) {
		return 2
	}
	return 1
}

// Root is the command of a program that does nothing by itself; do names what it can do.
func Root(name, short, do string) *cobra.Command {
	root := &cobra.Command{
		Use:           name,
		Short:         short,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          Usage(cobra.NoArgs),
		RunE:          func(*cobra.Command, []string) error { return fmt.Errorf("say what to do: %s; %w", do, ErrUsage) },
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return fmt.Errorf("%w; %w", err, ErrUsage) })
	return root
}

// Usage turns an error about arguments into misuse.
func Usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return fmt.Errorf("%w; %w", err, ErrUsage)
		}
		return nil
	}
}
