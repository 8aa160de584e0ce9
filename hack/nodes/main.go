//go:build linux

// Command nodes keeps a cluster with real nodes for humans: go run ./hack/nodes up.
package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/kubectl-localpv/kubectl-localpv/hack/byhand"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes"
)

func main() {
	if code, played := realnodes.Play(); played {
		os.Exit(code)
	}
	os.Exit(byhand.Main(newCommand(), os.Args[1:]))
}

func newCommand() *cobra.Command {
	var name string
	root := byhand.Root("nodes", "A cluster with real kubelets, containers and disks, on this machine", "up, down, power-off...")
	root.PersistentFlags().StringVar(&name, "name", "default", "which cluster; each has its own nodes")
	root.AddCommand(buildCommand(), upCommand(&name), downCommand(&name), onCommand(&name), diskCommand(&name))
	root.AddCommand(faultCommands(&name)...)
	root.AddCommand(diskCommands(&name)...)
	return root
}
