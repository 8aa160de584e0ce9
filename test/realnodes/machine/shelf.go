//go:build linux

package machine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// diskSize is enough for a file system with a journal.
const diskSize = 64 << 20

// makeImage makes a disk that nothing was ever written to, but a file system.
func makeImage(ctx context.Context, image string, block bool) error {
	file, err := os.OpenFile(image, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("make a disk: %w", err)
	}
	if err := errors.Join(file.Truncate(diskSize), file.Close()); err != nil {
		return fmt.Errorf("make a disk: %w", err)
	}
	if block {
		return nil
	}
	if out, err := exec.CommandContext(ctx, "mkfs.ext4", "-q", "-F", image).CombinedOutput(); err != nil {
		return fmt.Errorf("make the file system of a disk: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

// newDisk puts a disk into a node, which uses it at once if it has power.
func (l *Lab) newDisk(ctx context.Context, r DiskRequest) error {
	m, err := l.machine(r.Node)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := makeImage(ctx, m.run.diskImage(r.Node, r.Name, r.Block), r.Block); err != nil {
		return err
	}
	if m.power == nil {
		return nil
	}
	if err := m.plug(r.Name, r.Block); err != nil {
		return err
	}
	return Ask(ctx, m.run.NodeSocket(r.Node), "Insert", r, &Nothing{})
}

// setDrive makes the drive of a disk misbehave, or heals it.
func (l *Lab) setDrive(r DiskRequest) error {
	m, err := l.machine(r.Node)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	d, ok := m.drives[r.Name+suffix(r.Block)]
	if !ok {
		return fmt.Errorf("%s has no power, or no disk %q", NodeName(r.Node), r.Name)
	}
	return d.set(r.Mode)
}

// swapDisk keeps the disk that was there, for putBackDisk.
func (l *Lab) swapDisk(ctx context.Context, r DiskRequest) error {
	return l.open(r, func(image string) error {
		if err := move(image, image+away); err != nil {
			return err
		}
		return makeImage(ctx, image, r.Block)
	})
}

func (l *Lab) pullDisk(r DiskRequest) error {
	return l.open(r, func(image string) error { return move(image, image+away) })
}

func (l *Lab) putBackDisk(r DiskRequest) error {
	return l.open(r, func(image string) error {
		if err := os.Remove(image); err != nil && !errors.Is(err, os.ErrNotExist) { // what it was swapped for
			return err
		}
		return move(image+away, image)
	})
}

// move does not take the place of a disk that is there.
func move(from, to string) error {
	if _, err := os.Stat(to); err == nil {
		return fmt.Errorf("move a disk: %s is there already", to)
	}
	return os.Rename(from, to)
}

// open does something in a machine that has no power.
func (l *Lab) open(r DiskRequest, act func(image string) error) error {
	m, err := l.machine(r.Node)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.power != nil {
		return fmt.Errorf("disk %s of %s: cut the power first", r.Name, NodeName(r.Node))
	}
	return act(m.run.diskImage(r.Node, r.Name, r.Block))
}
