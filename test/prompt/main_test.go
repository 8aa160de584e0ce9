package prompt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// lab is the control plane of the package; TestMain, which has no other way to hand it on, sets it once.
var lab *live.Cluster

func TestMain(m *testing.M) { os.Exit(live.Main(live.Options(), func(l *live.Cluster) { lab = l }, m)) }

// patience bounds every command. It is never reached unless something is broken.
const patience = 5 * time.Minute

// typed is what a command line printed, and its exit code.
type typed struct {
	out, err string
	exit     int
}

// typeLine runs a command line in a shell, with further environment variables.
func typeLine(t *testing.T, line string, env ...string) typed {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), patience, fmt.Errorf("no answer within %s", patience))
	t.Cleanup(cancel)
	cmd, err := lab.Shell(ctx, t.TempDir(), line)
	if err != nil {
		t.Fatal(err)
	}
	var out, errOut strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errOut
	cmd.Env = append(cmd.Env, env...)
	var ended *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	return typed{out: out.String(), err: errOut.String(), exit: cmd.ProcessState.ExitCode()}
}
