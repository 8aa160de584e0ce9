package e2e

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// cluster is the control plane of the package; TestMain, which has no other way to hand it on, sets it once.
var cluster *controlplane.ControlPlane

// patience bounds every wait. It is never reached unless something is broken.
const patience = 5 * time.Minute

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) (code int) {
	if err := live.SideBySide(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	// The first start builds the control plane, which takes minutes.
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	cp, err := controlplane.Start(ctx, controlplane.Options{Log: os.Stderr, ByHand: true})
	if err != nil {
		fmt.Fprintln(os.Stderr, "no control plane:", err)
		return 1
	}
	cluster = cp
	defer func() {
		if err := cp.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "stop the control plane:", err)
			code = 1
		}
	}()
	return m.Run()
}

// within returns a context that ends with the test or after patience.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), patience, fmt.Errorf("nothing of the kind within %s", patience))
	t.Cleanup(cancel)
	return ctx
}
