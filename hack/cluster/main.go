// Command cluster keeps a local control plane for humans: go run ./hack/cluster up.
package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/kubectl-localpv/kubectl-localpv/hack/byhand"
)

func main() {
	os.Exit(byhand.Main(newCommand(), os.Args[1:]))
}

func newCommand() *cobra.Command {
	var name string
	root := byhand.Root("cluster", "A real control plane with simulated nodes, on this machine", "up, down, status...")
	root.PersistentFlags().StringVar(&name, "name", "default", "which cluster; each has its own state, ports and nodes")
	open := func() (*state, error) { return openState(name) }
	root.AddCommand(upCommand(open), downCommand(open), statusCommand(open), superviseCommand(open), buildCommand())
	root.AddCommand(nodeCommands(open)...)
	return root
}
