package rescue

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/hack/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// lab is the control plane of the package; TestMain, which has no other way to hand it on, sets it once.
var lab *live.Lab

// sideBySide is how many scenes there are at a time, unless -parallel says so: nearly all of a scene is waiting, for the
// cluster to notice that a node is dead and for the second look at its lease.
const sideBySide = "16"

func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		if err := f.Value.Set(sideBySide); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	os.Exit(run(m))
}

func run(m *testing.M) (code int) {
	l, err := live.Start(options(controlplane.NewNodes("idle", 60)...))
	if err != nil {
		fmt.Fprintln(os.Stderr, "no control plane:", err)
		return 1
	}
	defer func() {
		if err := l.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "stop the control plane:", err)
			code = 1
		}
	}()
	lab = l
	return m.Run()
}
