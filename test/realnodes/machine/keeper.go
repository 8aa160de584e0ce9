//go:build linux

package machine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
)

// ready is what a lab says on its standard output when it can be used.
const ready = "ready"

// lockFile is held by the keeper.
const lockFile = "lock"

// keep makes what the run needs outside its namespaces, starts the lab, and waits until that ends, the leash is dropped, or it is
// told to end. Whichever it is, it leaves nothing behind.
func keep(ctx context.Context, run Run) error {
	lock, err := os.Create(run.file(lockFile))
	if err != nil {
		return fmt.Errorf("lock the run: %w", err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil { // Keeper may have it for a moment
		return fmt.Errorf("lock the run: %w", err)
	}
	if err := os.WriteFile(run.file("pid"), []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
		return fmt.Errorf("say who keeps the run: %w", err)
	}
	err = keepLab(ctx, &run)
	return errors.Join(err, run.clear(context.WithoutCancel(ctx)))
}

func keepLab(ctx context.Context, run *Run) error {
	if err := run.makeCgroups(); err != nil {
		return err
	}
	door, err := openDoor()
	if err != nil {
		return err
	}
	defer door.Close()
	if err := os.MkdirAll(run.file("log"), 0o700); err != nil {
		return err
	}
	log, err := os.Create(run.file("log", "lab"))
	if err != nil {
		return err
	}
	defer log.Close()
	runtime.LockOSThread() // the lab is to die with this process, and the kernel takes the thread that has started it for it
	defer runtime.UnlockOSThread()
	cmd := again(partEnter, run.Dir, partLab)
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = os.Stdout, log, []*os.File{door}
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: namespaces, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the lab: %w", err)
	}
	return attend(ctx, *run, cmd)
}

// namespaces are those that the lab, and each node, has for itself. That of cgroups is added by enter.
const namespaces = syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC

// attend returns when the lab has ended.
func attend(ctx context.Context, run Run, lab *exec.Cmd) error {
	ended := make(chan error, 1)
	go func() { ended <- lab.Wait() }()
	dropped := make(chan struct{})
	if !run.Stay {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin) // it ends when nobody holds the other end any more
			close(dropped)
		}()
	}
	select {
	case err := <-ended:
		return fmt.Errorf("the lab ended by itself: %w\n%s", err, logged(run.file("log", "lab")))
	case <-dropped:
	case <-ctx.Done():
	}
	if err := lab.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("end the lab: %w", err)
	}
	<-ended //nolint:errcheck // it was killed, as was meant: all of its processes are gone then
	return nil
}

// makeCgroups makes those of the run below the own ones of this process, so that its limits stay in force, and those of each node.
func (r *Run) makeCgroups() error {
	own, err := ownCgroups()
	if err != nil {
		return err
	}
	for _, c := range own {
		r.Cgroups = append(r.Cgroups, c.below(marker+"-"+r.ID))
	}
	if err := r.Save(); err != nil { // before they are there, so that they are found if this process is killed
		return err
	}
	for _, c := range r.Cgroups {
		if err := c.make(); err != nil {
			return err
		}
		for n := 1; n <= r.Nodes; n++ {
			if err := c.below(NodeName(n)).make(); err != nil {
				return err
			}
		}
	}
	return nil
}

// openDoor listens on a port of the machine. A socket stays in the namespace in which it was made, so the lab can answer there.
func openDoor() (*os.File, error) {
	listener, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, fmt.Errorf("open a port to the API server: %w", err)
	}
	defer func() { _ = listener.Close() }()
	return listener.File()
}
