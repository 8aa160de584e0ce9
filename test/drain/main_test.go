package drain

import (
	"os"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// lab is the control plane of the package; TestMain, which has no other way to hand it on, sets it once.
var lab *live.Cluster

func TestMain(m *testing.M) { os.Exit(live.Main(live.Options(), func(l *live.Cluster) { lab = l }, m)) }
