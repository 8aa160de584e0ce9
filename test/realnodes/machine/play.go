//go:build linux

package machine

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
)

// marker is the name under which the program runs itself, before the name of the part.
const marker = "localpv-real-nodes"

// The parts.
const (
	partKeeper = "keeper"
	partEnter  = "enter"
	partInit   = "init"
	partLab    = "lab"
	partNode   = "node"
	partDrive  = "drive"
)

// again is a command that runs this program as a part, in the run of a directory.
func again(part, dir string, more ...string) *exec.Cmd {
	args := append([]string{marker, part, dir}, more...)
	return &exec.Cmd{Path: "/proc/self/exe", Args: args}
}

// Play plays the part that this program was run again for, and returns its exit code. It reports false if it is run for something else.
// A program that starts real nodes calls it first, before it looks at its arguments.
func Play() (code int, played bool) {
	if len(os.Args) < 3 || os.Args[0] != marker {
		return 0, false
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// Whoever listened may have been killed. If the signal were ignored it would be ignored in containers too.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	part, dir, more := os.Args[1], os.Args[2], os.Args[3:]
	if err := play(ctx, part, dir, more); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", part, err)
		return 1, true
	}
	return 0, true
}

func play(ctx context.Context, part, dir string, more []string) error {
	switch part {
	case partEnter:
		return enter(dir, more)
	case partInit:
		return initialize(more)
	case partDrive:
		if len(more) != 2 {
			return fmt.Errorf("a drive of what, and where: %q", more)
		}
		return runDrive(more[0], more[1])
	}
	run, err := Load(dir)
	if err != nil {
		return err
	}
	switch part {
	case partKeeper:
		return keep(ctx, run)
	case partLab:
		return runLab(ctx, run)
	case partNode:
		n, err := strconv.Atoi(more[0])
		if err != nil {
			return fmt.Errorf("which node: %w", err)
		}
		return runNode(ctx, run, n)
	}
	return fmt.Errorf("no such part: %q", part)
}
