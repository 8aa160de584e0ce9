package cmd

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

// runner runs command lines in this process, at a fixed time and without a kubeconfig.
type runner struct {
	streams output.Streams
	stdin   string
	client  kubernetes.Interface
}

type result struct {
	stdout, stderr string
	code           int
}

// testNow is twelve days after most volumes of testdata/cluster.yaml were made.
func testNow() time.Time { return time.Date(2026, 1, 13, 0, 0, 0, 0, time.UTC) }

func (r runner) run(t *testing.T, args ...string) result {
	t.Helper()
	return r.runUntil(t.Context(), t, args...)
}

// runUntil is run with a context that the test ends.
func (r runner) runUntil(ctx context.Context, t *testing.T, args ...string) result {
	t.Helper()
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	var stdout, stderr bytes.Buffer
	s := r.streams
	s.In, s.ErrOut = strings.NewReader(r.stdin), &stderr
	if s.Out == nil {
		s.Out = &stdout
	}
	a := newApp(s)
	a.now = testNow
	if r.client != nil {
		a.newClient = func(*rest.Config) (kubernetes.Interface, error) { return r.client, nil }
		args = append(args, "--server=https://cluster.test")
	}
	code := a.main(ctx, args)
	return result{stdout: stdout.String(), stderr: stderr.String(), code: code}
}

// fails holds that a command printed nothing but one line, "error: " and want.
func (r result) fails(t *testing.T, code int, want string) {
	t.Helper()
	if r.code != code || r.stdout != "" || r.stderr != "error: "+want+"\n" {
		t.Errorf("exit code %d, stdout %q, stderr\n\t%swant exit code %d and\n\terror: %s", r.code, r.stdout, r.stderr, code, want)
	}
}
