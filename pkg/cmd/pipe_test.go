package cmd

import (
	"io"
	"strings"
	"syscall"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

// closedPipe is the output of "| head" when head has gone.
type closedPipe struct{ io.Writer }

func (closedPipe) Write([]byte) (int, error) { return 0, syscall.EPIPE }

func TestAClosedPipeEndsQuietly(t *testing.T) {
	r := runner(cmdtest.Runner{Streams: output.Streams{Out: closedPipe{}}})
	for _, args := range []string{"ls --from ls/testdata/cluster.yaml", "ls --from ls/testdata/cluster.yaml -o name", "version", "options", "completion bash"} {
		got := r.Run(t, strings.Fields(args)...)
		if got.Code != 0 || got.Stderr != "" {
			t.Errorf("%s: exit code %d, stderr %q", args, got.Code, got.Stderr)
		}
	}
}
