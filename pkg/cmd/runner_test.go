package cmd

import "github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"

// runner runs command lines of the whole program.
func runner(r cmdtest.Runner) cmdtest.Runner {
	r.Root = newRootCommand
	return r
}
