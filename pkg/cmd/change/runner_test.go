package change

import "github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"

// runner runs command lines of the commands that change something.
func runner(r cmdtest.Runner) cmdtest.Runner {
	r.Root = cmdtest.Root(NewRelease, NewReclaim, NewReattach, NewRecover, NewDrain)
	return r
}
