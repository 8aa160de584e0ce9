package docs

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// lab is the control plane of the package; TestMain, which has no other way to hand it on, sets it once.
var lab *live.Cluster

var update = flag.Bool("update", false, "write what the commands print into the guides")

func TestMain(m *testing.M) {
	os.Exit(live.Main(live.Options(), func(l *live.Cluster) { lab = l }, m))
}

// patience bounds a page. It is never reached unless something is broken.
const patience = 10 * time.Minute

// begin returns an empty cluster for a page, and a context that ends with the test or after patience.
func begin(t *testing.T) (context.Context, *world) {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), patience, fmt.Errorf("the page takes longer than %s", patience))
	t.Cleanup(cancel)
	w := &world{lab: lab, dir: t.TempDir()}
	if err := w.empty(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx, w
}
