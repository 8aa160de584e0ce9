package whypending

import (
	"context"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

// TestWhyPendingScripts runs command lines over files. In a script,
//
//	localpv CODE [<FILE] ARGS...
//
// runs the program, as if its output went to a pipe, and holds its exit code against CODE.
func TestWhyPendingScripts(t *testing.T) {
	cluster, err := filepath.Abs("testdata/why-pending/cluster.yaml")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/why-pending",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("CLUSTER", cluster)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"localpv": func(ts *testscript.TestScript, neg bool, args []string) {
			if neg {
				ts.Fatalf("give the exit code that is wanted instead of !")
			}
			runLocalpv(t.Context(), ts, args)
		}},
	})
}

func runLocalpv(ctx context.Context, ts *testscript.TestScript, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: localpv CODE [<FILE] ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	var stdin io.Reader = strings.NewReader("")
	args = args[1:]
	if file, ok := strings.CutPrefix(args[0], "<"); ok {
		stdin, args = strings.NewReader(ts.ReadFile(file)), args[1:]
	}
	a := cli.New(output.Streams{In: stdin, Out: ts.Stdout(), ErrOut: ts.Stderr()}, "test")
	a.Now = cmdtest.Now
	if code := a.Run(ctx, cmdtest.Root(NewCommand)(a), args); code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
}
