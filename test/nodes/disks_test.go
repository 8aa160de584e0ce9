//go:build linux

package nodes

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/machine"
)

// hardware is a node with a disk that has a file "old" with the content "old", and neither Pods nor volumes.
type hardware struct {
	cluster *realnodes.Cluster
	disk    string
}

const node, spindle = 1, "spindle"

// sh runs a script where the disk is.
func (h hardware) sh(ctx context.Context, script string) (string, error) {
	return h.cluster.On(ctx, node, "sh", "-c", "cd "+h.disk+" && "+script)
}

func (h hardware) works(ctx context.Context, t *testing.T, script string) {
	t.Helper()
	if out, err := h.sh(ctx, script); err != nil {
		t.Errorf("%s: %v: %s", script, err, out)
	}
}

func (h hardware) fails(ctx context.Context, t *testing.T, script, want string) {
	t.Helper()
	if out, err := h.sh(ctx, script); err == nil || !strings.Contains(out, want) {
		t.Errorf("%s: %v: %q, want %q in it", script, err, out, want)
	}
}

// set makes the drive behave.
func (h hardware) set(ctx context.Context, t *testing.T, mode machine.Mode) {
	t.Helper()
	if err := h.cluster.SetDisk(ctx, node, spindle, mode); err != nil {
		t.Fatal(err)
	}
}

// again switches the node off and on, and does something in between.
func (h hardware) again(ctx context.Context, t *testing.T, between func(context.Context, int, string) error) {
	t.Helper()
	if between == nil {
		between = func(context.Context, int, string) error { return nil }
	}
	err := h.cluster.PowerOff(ctx, node)
	if err == nil {
		err = errors.Join(between(ctx, node, spindle), h.cluster.PowerOn(ctx, node))
	}
	if err != nil {
		t.Fatal(err)
	}
}

const (
	readOld  = `test "$(cat old)" = old`
	writeNew = "rm -f new && dd if=/dev/zero of=new bs=64k count=1 conv=fsync"
)

// TestDisks: what can be done to a disk has the effect that it has on a machine.
func TestDisks(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cluster := start(ctx, t, realnodes.Options{})
	disk, err := cluster.Disk(ctx, node, spindle)
	if err != nil {
		t.Fatal(err)
	}
	h := hardware{cluster, disk}
	h.works(ctx, t, "echo old > old && sync old && "+writeNew)
	for _, tc := range []struct {
		name string
		test func(context.Context, *testing.T, hardware)
	}{
		{"full", full}, {"unmounted", unmounted}, {"hangs", hangs}, {"refuses writes", refusesWrites}, {"fails", fails}, {"swapped", swapped},
		{"not mounted at boot", notMountedAtBoot}, {"what is not flushed", notFlushed},
	} {
		t.Run(tc.name, func(t *testing.T) { tc.test(ctx, t, h) })
		h.works(ctx, t, readOld+" && "+writeNew)
	}
}

func full(ctx context.Context, t *testing.T, h hardware) {
	t.Helper()
	if err := h.cluster.FillDisk(ctx, node, spindle); err != nil {
		t.Fatal(err)
	}
	h.fails(ctx, t, "dd if=/dev/zero of=more bs=64k count=1 2>&1", "No space left on device")
	if err := h.cluster.FreeDisk(ctx, node, spindle); err != nil {
		t.Fatal(err)
	}
}

func unmounted(ctx context.Context, t *testing.T, h hardware) {
	t.Helper()
	if err := h.cluster.UnmountDisk(ctx, node, spindle); err != nil {
		t.Fatal(err)
	}
	h.fails(ctx, t, "cat old", "No such file")
	if err := h.cluster.MountDisk(ctx, node, spindle); err != nil {
		t.Fatal(err)
	}
}

// hangs: who writes waits, and is done when the drive is well.
func hangs(ctx context.Context, t *testing.T, h hardware) {
	t.Helper()
	h.set(ctx, t, machine.Hangs)
	written := make(chan error, 1)
	go func() {
		_, err := h.sh(ctx, writeNew)
		written <- err
	}()
	for {
		state, _ := h.cluster.On(ctx, node, "ps", "-o", "stat=", "-C", "dd") // an error says that there is none yet
		if strings.HasPrefix(state, "D") {
			break
		}
		select {
		case err := <-written:
			t.Fatalf("it was written: %v", err)
		case <-ctx.Done():
			t.Fatalf("nobody waits for the disk: %q", state)
		default:
		}
	}
	h.set(ctx, t, machine.Healthy)
	if err := <-written; err != nil {
		t.Error(err)
	}
}

// refusesWrites: the file system turns read-only, and is so until the next boot.
func refusesWrites(ctx context.Context, t *testing.T, h hardware) {
	t.Helper()
	h.set(ctx, t, machine.RefusesWrites)
	h.fails(ctx, t, writeNew, "Input/output error")
	h.fails(ctx, t, "touch other && sync .", "Input/output error")
	h.fails(ctx, t, "touch another", "Read-only file system")
	h.works(ctx, t, readOld)
	h.again(ctx, t, nil)
}

func fails(ctx context.Context, t *testing.T, h hardware) {
	t.Helper()
	h.again(ctx, t, nil) // what has been read is remembered
	h.set(ctx, t, machine.Fails)
	h.fails(ctx, t, "cat old", "Input/output error")
	h.again(ctx, t, nil)
}

func swapped(ctx context.Context, t *testing.T, h hardware) {
	t.Helper()
	h.again(ctx, t, h.cluster.SwapDisk)
	h.fails(ctx, t, "cat old", "No such file")
	h.works(ctx, t, writeNew)
	h.again(ctx, t, h.cluster.PutBackDisk)
}

// notMountedAtBoot: whoever writes there writes to the disk of the system.
func notMountedAtBoot(ctx context.Context, t *testing.T, h hardware) {
	t.Helper()
	h.again(ctx, t, h.cluster.PullDisk)
	h.fails(ctx, t, "cat old", "No such file")
	h.fails(ctx, t, "mountpoint .", "is not a mountpoint")
	h.again(ctx, t, h.cluster.PutBackDisk)
}

// notFlushed: what was written and not flushed is lost with the power, what was flushed is not.
func notFlushed(ctx context.Context, t *testing.T, h hardware) {
	t.Helper()
	h.works(ctx, t, "echo flushed > flushed && sync flushed . && echo lost > written")
	h.again(ctx, t, nil)
	h.works(ctx, t, `test "$(cat flushed)" = flushed && test "$(cat written 2>/dev/null)" != lost`)
}
