//go:build linux

package machine

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// enter is the first process in namespaces of their own. It joins the cgroups of its part, makes a namespace in which they are the roots,
// and becomes init. A namespace of cgroups is one thread's alone until that thread executes a program.
func enter(dir string, part []string) error {
	run, err := Load(dir)
	if err != nil {
		return err
	}
	for _, c := range run.Cgroups {
		if part[0] == partNode {
			n, err := strconv.Atoi(part[1])
			if err != nil {
				return fmt.Errorf("which node: %w", err)
			}
			c = c.below(NodeName(n))
		}
		if err := c.join(); err != nil {
			return err
		}
	}
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWCGROUP); err != nil {
		return fmt.Errorf("make a namespace of cgroups: %w", err)
	}
	if part[0] == partLab { // that of the thread which was started has no effect on this one; a node dies with the lab
		if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0); err != nil {
			return fmt.Errorf("die with the keeper: %w", err)
		}
	}
	return syscall.Exec("/proc/self/exe", append([]string{marker, partInit, dir}, part...), os.Environ())
}

// initialize is the first process from then on: it gives the namespace its own processes to see, starts the part, and reaps whatever
// is left to it. It ends with its part, and everything in the namespaces ends with it.
func initialize(part []string) error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("keep mounts to ourselves: %w", err)
	}
	if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return fmt.Errorf("mount /proc: %w", err)
	}
	cmd := again(part[0], os.Args[2], part[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if part[0] == partLab {
		cmd.ExtraFiles = []*os.File{os.NewFile(doorFile, "door")}
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", part[0], err)
	}
	return reap(cmd)
}

// reap waits for all processes until it is the one that was started.
func reap(started *exec.Cmd) error {
	for {
		var status unix.WaitStatus
		pid, err := unix.Wait4(-1, &status, 0, nil)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return fmt.Errorf("reap: %w", err)
		case pid == started.Process.Pid:
			return fmt.Errorf("it ended with status %d", status.ExitStatus())
		}
	}
}
