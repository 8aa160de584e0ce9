// Package cmd is the tree of commands: the root, what belongs to the program as a whole, and where each command is attached. A room
// below it holds each command, or several that run alike.
package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/auth"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/change"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/ls"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/whypending"
)

// Main runs the command line and returns the exit code. An error is one line on streams.ErrOut.
func Main(ctx context.Context, args []string, streams output.Streams) int {
	a := cli.New(streams, pluginVersion())
	return a.Run(ctx, newRootCommand(a), args)
}

func newRootCommand(a *cli.App) *cobra.Command {
	root := cli.NewRoot(a)
	root.Short = "List, debug and recover Kubernetes local persistent volumes."
	root.Long = `List local persistent volumes, learn why a Pod cannot get one, release and reuse
them safely, and bring workloads back on other nodes when the node under the
data dies.

A volume is local if its data lives on particular nodes: spec.local, hostPath
with required node affinity, or CSI with required node affinity to one node.`
	completeGlobalFlags(a, root)
	root.SetHelpCommand(newHelpCommand())
	root.AddCommand(ls.NewCommand(a), whypending.NewCommand(a))
	root.AddCommand(change.NewRelease(a), change.NewReclaim(a), change.NewReattach(a))
	root.AddCommand(change.NewRecover(a), change.NewDrain(a))
	root.AddCommand(auth.NewCommand(a), newVersionCommand(a), newCompletionCommand(a), newOptionsCommand())
	return root
}
