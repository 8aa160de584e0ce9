package docs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"syscall"

	"github.com/creack/pty"

	"github.com/kubectl-localpv/kubectl-localpv/hack/screen"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// columns is how wide the terminal of the pages is.
const columns = 100

// question is how the plugin asks before it changes something.
const question = "[y/N] "

// typeInto runs a command line in a terminal and returns what is seen there in the end, and the exit code. Questions are
// answered with yes.
func typeInto(ctx context.Context, lab *live.Cluster, dir, line string) (string, int, error) {
	cmd, err := lab.Shell(ctx, dir, line)
	if err != nil {
		return "", 0, err
	}
	cmd.Env = append(cmd.Env, "NO_COLOR=1", "KUBERC=off")
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 50, Cols: columns})
	if err != nil {
		return "", 0, fmt.Errorf("%s: %w", line, err)
	}
	defer tty.Close()
	var seen bytes.Buffer
	part := make([]byte, 4096)
	for {
		n, err := tty.Read(part)
		seen.Write(part[:n])
		if bytes.HasSuffix(seen.Bytes(), []byte(question)) {
			if _, err := tty.WriteString("y\n"); err != nil {
				return "", 0, fmt.Errorf("%s: answer its question: %w", line, err)
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, syscall.EIO) { // how Linux says that the other end was closed
			break
		}
		if err != nil {
			return "", 0, fmt.Errorf("%s: read what it prints: %w", line, err)
		}
	}
	var ended *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &ended) {
		return "", 0, fmt.Errorf("%s: %w", line, err)
	}
	return screen.Plain(screen.Settled(seen.String())), cmd.ProcessState.ExitCode(), context.Cause(ctx)
}
