//go:build linux

package machine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// Where a node has its disks: those with a file system are mounted, those without are devices.
const (
	mountPoints = "/mnt/disks"
	devices     = "/mnt/devices"
)

// MountPoint is where a node has a disk with a file system.
func MountPoint(name string) string { return filepath.Join(mountPoints, name) }

// DevicePath is where a node has a disk without one, for a volume of mode Block. It leads to another device after each boot.
func DevicePath(name string) string { return filepath.Join(devices, name) }

// What an image is for is in its name. One that is not in the machine has yet another.
const (
	formatted = ".ext4"
	bare      = ".block"
	away      = ".away"
)

func suffix(block bool) string {
	if block {
		return bare
	}
	return formatted
}

// diskImage is the file behind a disk of a node.
func (r Run) diskImage(n int, name string, block bool) string {
	return filepath.Join(r.NodeDir(n), disksDir, name+suffix(block))
}

// deviceLink leads a node to the device of a disk, which is another after each boot.
func (r Run) deviceLink(n int, name string, block bool) string {
	return filepath.Join(r.NodeDir(n), devicesDir, name+suffix(block))
}

// insertDisks uses all disks that are in the machine, as it is done at every boot.
func (n *node) insertDisks() error {
	for _, block := range []bool{false, true} {
		links, err := filepath.Glob(n.run.deviceLink(n.number, "*", block))
		if err != nil {
			return err
		}
		for _, link := range links {
			if err := n.insertDisk(strings.TrimSuffix(filepath.Base(link), suffix(block)), block); err != nil {
				return err
			}
		}
	}
	return nil
}

// insertDisk mounts a disk, or gives its device the name by which volumes know it.
func (n *node) insertDisk(name string, block bool) error {
	if !block {
		return n.mountDisk(name)
	}
	if err := os.MkdirAll(devices, 0o755); err != nil {
		return err
	}
	device, err := os.Readlink(n.run.deviceLink(n.number, name, block))
	if err != nil {
		return fmt.Errorf("find disk %s: %w", name, err)
	}
	if err := os.Remove(DevicePath(name)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Symlink(device, DevicePath(name))
}

// mountDisk mounts the file system of a disk.
func (n *node) mountDisk(name string) error {
	target := MountPoint(name)
	if err := os.MkdirAll(target, 0o755); err != nil {
		return fmt.Errorf("make a mount point: %w", err)
	}
	device, err := os.Readlink(n.run.deviceLink(n.number, name, false))
	if err != nil {
		return fmt.Errorf("find disk %s: %w", name, err)
	}
	if err := unix.Mount(device, target, "ext4", 0, "errors=remount-ro"); err != nil {
		return fmt.Errorf("mount disk %s at %s: %w", name, target, err)
	}
	return nil
}

func (n *node) unmountDisk(name string) error {
	if err := unix.Unmount(MountPoint(name), 0); err != nil {
		return fmt.Errorf("unmount disk %s: %w", name, err)
	}
	return nil
}

// filling is what takes the space of a full disk.
const filling = "filling"

// fillDisk writes until nothing fits, in ever smaller pieces, root's reserve included.
func (n *node) fillDisk(name string) error {
	file, err := os.OpenFile(filepath.Join(MountPoint(name), filling), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("fill disk %s: %w", name, err)
	}
	defer file.Close()
	for size := 1 << 20; size > 0; {
		_, err := file.Write(make([]byte, size))
		switch {
		case errors.Is(err, unix.ENOSPC):
			size /= 16
		case err != nil:
			return fmt.Errorf("fill disk %s: %w", name, err)
		}
	}
	return nil
}

func (n *node) freeDisk(name string) error {
	return os.Remove(filepath.Join(MountPoint(name), filling))
}
