package handback

import (
	"os"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// cluster is the control plane of the package; TestMain, which has no other way to hand it on, sets it once.
var cluster *live.Cluster

func TestMain(m *testing.M) {
	os.Exit(live.Main(live.Options(), func(l *live.Cluster) { cluster = l }, m))
}
