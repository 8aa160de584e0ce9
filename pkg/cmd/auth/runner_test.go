package auth

import "github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"

// runner runs command lines of auth.
func runner(r cmdtest.Runner) cmdtest.Runner {
	r.Root = cmdtest.Root(NewCommand)
	return r
}
