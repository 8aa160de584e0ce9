package controlplane_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// ownerDir in the environment makes the test binary an owner to be killed: it starts a control plane in that
// directory, reports it and waits for the end.
const ownerDir = "LOCALPV_TEST_OWNER_DIR"

func TestMain(m *testing.M) {
	dir := os.Getenv(ownerDir)
	if dir == "" {
		os.Exit(m.Run())
	}
	if _, err := controlplane.Start(context.Background(), controlplane.Options{Dir: dir, Log: os.Stderr}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("started")
	select {}
}

func startOwner(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	owner := exec.CommandContext(t.Context(), os.Args[0])
	owner.Env = append(os.Environ(), ownerDir+"="+dir)
	owner.Stderr = os.Stderr // not a pipe of ours, or Wait would wait for whoever else holds it
	out, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("the owner said %q: %v", line, err)
	}
	return owner
}
