//go:build linux

package nodes

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/machine"
)

// ownerVariable in the environment makes the test binary an owner to be killed: it starts a cluster with a disk, prints the directory of the
// run, and waits for the end.
const ownerVariable = "LOCALPV_TEST_OWNER"

func own() error {
	ctx := context.Background()
	cluster, err := realnodes.Start(ctx, realnodes.Options{Log: os.Stderr})
	if err != nil {
		return err
	}
	if _, err := cluster.Disk(ctx, 1, "left"); err != nil {
		return err
	}
	fmt.Println(filepath.Dir(cluster.Kubeconfig()))
	select {}
}

// TestKilled: whoever has started a cluster is killed, and can clear nothing away. Its directory goes last, and only when no loop
// device has a disk of it.
func TestKilled(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	owner, dir, run := startOwner(ctx, t)
	if err := owner.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := machine.WaitKept(ctx, dir); err != nil {
		t.Fatal(err)
	}
	for _, path := range append(cgroupDirs(run), dir) {
		waitGone(ctx, t, path)
	}
}

// TestKeeperKilled: whoever would clear away is killed. Nothing runs any more then, and the next start clears away the rest, or whoever asks
// for the end of a cluster.
func TestKeeperKilled(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	_, dir, run := startOwner(ctx, t)
	keeper, err := machine.Keeper(dir)
	if err != nil || keeper == nil {
		t.Fatalf("nobody keeps the run: %v", err)
	}
	if err := keeper.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := machine.WaitKept(ctx, dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Errorf("somebody has cleared away already: %v", err)
	}
	if _, err := realnodes.Close(ctx, "nobody"); err != nil {
		t.Fatal(err)
	}
	for _, path := range append(cgroupDirs(run), dir) {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is left: %v", path, err)
		}
	}
}

// startOwner starts a process that has started a cluster, and returns the directory of its run. The process ends with the test.
func startOwner(ctx context.Context, t *testing.T) (*os.Process, string, machine.Run) {
	t.Helper()
	owner := exec.CommandContext(ctx, os.Args[0])
	owner.Env = append(os.Environ(), ownerVariable+"=1")
	owner.Stderr = os.Stderr // not a pipe of ours, or Wait would wait for whoever else holds it
	out, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = owner.Process.Kill() // it may have been killed already
		_ = owner.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the owner said %q: %v", line, err)
	}
	dir := strings.TrimSpace(line)
	run, err := machine.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range run.Cgroups {
		if _, err := os.Stat(c.Dir); err != nil {
			t.Errorf("a cgroup of the run: %v", err)
		}
	}
	return owner.Process, dir, run
}

func cgroupDirs(run machine.Run) []string {
	var dirs []string
	for _, c := range run.Cgroups {
		dirs = append(dirs, c.Dir)
	}
	return dirs
}

func waitGone(ctx context.Context, t *testing.T, path string) {
	t.Helper()
	for tick := time.NewTicker(50 * time.Millisecond); ; {
		if _, err := os.Stat(path); os.IsNotExist(err) {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s is left: %v", path, context.Cause(ctx))
		case <-tick.C:
		}
	}
}
