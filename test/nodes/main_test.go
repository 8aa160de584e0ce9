//go:build linux

package nodes

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/needs"
)

// TestMain is also the main of the keeper, the lab and the nodes. Where they cannot run nothing is said to have passed.
func TestMain(m *testing.M) {
	if code, played := realnodes.Play(); played {
		os.Exit(code)
	}
	if missing := needs.Missing(); missing != "" {
		fmt.Fprintln(os.Stderr, missing)
		os.Exit(1)
	}
	if os.Getenv(ownerVariable) != "" {
		fmt.Fprintln(os.Stderr, own())
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// start returns a cluster that ends with the test.
func start(ctx context.Context, t *testing.T, o realnodes.Options) *realnodes.Cluster {
	t.Helper()
	o.Log = t.Output()
	cluster, err := realnodes.Start(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		t.Logf("it took %.1fs of CPU", cluster.CPU().Seconds())
		if err := cluster.Close(); err != nil {
			t.Error(err)
		}
	})
	return cluster
}
