//go:build linux

package nodes

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/plugin"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes"
)

// localpv is the plugin, as somebody runs it in a shell.
type localpv struct {
	binary  string
	cluster *realnodes.Cluster
}

func buildPlugin(ctx context.Context, t *testing.T, cluster *realnodes.Cluster) localpv {
	t.Helper()
	p := localpv{filepath.Join(t.TempDir(), "kubectl-localpv"), cluster}
	if err := plugin.Build(ctx, p.binary); err != nil {
		t.Fatal(err)
	}
	return p
}

// run returns what it prints on both streams, and its exit code.
func (p localpv) run(ctx context.Context, t *testing.T, args ...string) (string, int) {
	t.Helper()
	out, err := exec.CommandContext(ctx, p.binary, append(args, "--kubeconfig", p.cluster.Kubeconfig())...).CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return string(out), exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(out), 0
}

// succeed runs what has to end with the exit code 0.
func (p localpv) succeed(ctx context.Context, t *testing.T, args ...string) string {
	t.Helper()
	out, code := p.run(ctx, t, args...)
	if code != 0 {
		t.Fatalf("%q ends with exit code %d:\n%s", args, code, out)
	}
	return out
}
