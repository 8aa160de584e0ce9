package whypending

import "github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"

// runner runs command lines of why-pending.
func runner(r cmdtest.Runner) cmdtest.Runner {
	r.Root = cmdtest.Root(NewCommand)
	return r
}
