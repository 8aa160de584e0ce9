// Package cmdtest runs command lines in tests: in this process, at a fixed time, without a kubeconfig, and against files or a cluster that
// is a fake.
package cmdtest

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

// Runner runs command lines. Root makes the tree of commands that they are looked up in; the other fields may be left out.
type Runner struct {
	Root    func(*cli.App) *cobra.Command
	Streams output.Streams
	Stdin   string
	Client  kubernetes.Interface
	// Interactive is set if somebody is at the keyboard.
	Interactive bool
	// Clock is that of a run.
	Clock clock.Clock
}

// Root returns a tree of some commands.
func Root(commands ...func(*cli.App) *cobra.Command) func(*cli.App) *cobra.Command {
	return func(a *cli.App) *cobra.Command {
		root := cli.NewRoot(a)
		for _, command := range commands {
			root.AddCommand(command(a))
		}
		return root
	}
}

// Result is what a command line left behind.
type Result struct {
	Stdout, Stderr string
	Code           int
}

// Now is twelve days after most volumes of the test data were made.
func Now() time.Time { return time.Date(2026, 1, 13, 0, 0, 0, 0, time.UTC) }

// Run runs a command line.
func (r Runner) Run(t *testing.T, args ...string) Result {
	t.Helper()
	return r.RunUntil(t.Context(), t, args...)
}

// RunUntil is Run with a context that the test ends.
func (r Runner) RunUntil(ctx context.Context, t *testing.T, args ...string) Result {
	t.Helper()
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	var stdout, stderr bytes.Buffer
	s := r.Streams
	s.ErrOut = &stderr
	if s.In == nil {
		s.In = strings.NewReader(r.Stdin)
	}
	if s.Out == nil {
		s.Out = &stdout
	}
	a := cli.New(s, "test")
	a.Now, a.AssumeInteractive = Now, r.Interactive
	if r.Clock != nil {
		a.Clock = r.Clock
	}
	if r.Client != nil {
		a.NewClient = func(*rest.Config) (kubernetes.Interface, error) { return r.Client, nil }
		args = append(args, "--server=https://cluster.test")
	}
	code := a.Run(ctx, r.Root(a), args)
	return Result{Stdout: stdout.String(), Stderr: stderr.String(), Code: code}
}

// Fails holds that a command printed nothing but one line, "error: " and want.
func (r Result) Fails(t *testing.T, code int, want string) {
	t.Helper()
	if r.Code != code || r.Stdout != "" || r.Stderr != "error: "+want+"\n" {
		t.Errorf("exit code %d, stdout %q, stderr\n\t%swant exit code %d and\n\terror: %s", r.Code, r.Stdout, r.Stderr, code, want)
	}
}
