package cmd

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

// TestMain lets scripts run the program as a process of its own, with its real streams and environment.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"kubectl-localpv": func() {
			os.Exit(Main(context.Background(), os.Args[1:], output.System()))
		},
	})
}

func TestScripts(t *testing.T) {
	cluster, err := filepath.Abs("ls/testdata/cluster.yaml")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			// code CODE ARGS... runs the program and holds its exit code against CODE, and that an error is one line.
			"code": runForCode,
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("CLUSTER", cluster)
			return nil
		},
	})
}

func runForCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code CODE ARGS...")
	}
	err := ts.Exec("kubectl-localpv", args[1:]...)
	got := "0"
	if err != nil {
		got = err.Error()
	}
	if want := args[0]; got != want && got != "exit status "+want {
		ts.Fatalf("%s, want exit code %s", got, want)
	}
}
