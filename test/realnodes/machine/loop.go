//go:build linux

package machine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// mountImage mounts the ext4 in a file through a loop device, which goes by itself with the mount.
func mountImage(image, target string) error {
	if err := os.MkdirAll(target, 0o755); err != nil {
		return fmt.Errorf("make a mount point: %w", err)
	}
	device, err := attach(image)
	if err != nil {
		return fmt.Errorf("attach %s: %w", image, err)
	}
	defer device.Close() // the mount holds it now
	if err := unix.Mount(device.Name(), target, "ext4", 0, ""); err != nil {
		return fmt.Errorf("mount %s at %s: %w", image, target, err)
	}
	return nil
}

// attach finds a free loop device and gives it the file. The device is free again when nobody has it open or mounted.
func attach(image string) (*os.File, error) {
	file, err := os.OpenFile(image, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	control, err := os.OpenFile("/dev/loop-control", os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer control.Close()
	for {
		number, err := unix.IoctlRetInt(int(control.Fd()), unix.LOOP_CTL_GET_FREE)
		if err != nil {
			return nil, err
		}
		device, err := os.OpenFile("/dev/loop"+strconv.Itoa(number), os.O_RDWR, 0)
		if err != nil {
			return nil, err
		}
		config := unix.LoopConfig{Fd: uint32(file.Fd()), Info: unix.LoopInfo64{Flags: unix.LO_FLAGS_AUTOCLEAR}}
		switch err := unix.IoctlLoopConfigure(int(device.Fd()), &config); {
		case err == nil:
			return device, nil
		case !errors.Is(err, unix.EBUSY): // another has been quicker
			return nil, errors.Join(err, device.Close())
		}
		device.Close()
	}
}

// images are the files behind the disks of a node.
func images(nodeDir string) ([]string, error) {
	return filepath.Glob(filepath.Join(nodeDir, disksDir, "*"+imageSuffix))
}

// loops are the loop devices with one of the files. The kernel knows which file it is, whatever its name is where the device was made.
func loops(files []string) ([]string, error) {
	type inode struct{ device, number uint64 }
	ours := map[inode]bool{}
	for _, file := range files {
		var stat unix.Stat_t
		if err := unix.Stat(file, &stat); err != nil {
			return nil, fmt.Errorf("look at the disk %s: %w", file, err)
		}
		ours[inode{stat.Dev, stat.Ino}] = true
	}
	devices, err := filepath.Glob("/dev/loop[0-9]*")
	if err != nil || len(ours) == 0 {
		return nil, err
	}
	var found []string
	for _, device := range devices {
		if info, err := loopInfo(device); err == nil && ours[inode{info.Device, info.Inode}] {
			found = append(found, device)
		}
	}
	return found, nil
}

func loopInfo(device string) (*unix.LoopInfo64, error) {
	file, err := os.Open(device)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return unix.IoctlLoopGetStatus64(int(file.Fd()))
}

// detach frees the loop devices with the disks of a node, and returns when there are none: a file that is attached twice has two writers.
func detach(ctx context.Context, nodeDir string) error {
	files, err := images(nodeDir)
	if err != nil {
		return err
	}
	return until(ctx, "no loop device has a disk in "+nodeDir, func() (bool, error) {
		left, err := loops(files)
		if err != nil || len(left) == 0 {
			return err == nil, err
		}
		for _, device := range left {
			if file, err := os.Open(device); err == nil {
				_ = unix.IoctlSetInt(int(file.Fd()), unix.LOOP_CLR_FD, 0) // it may be on its way out already
				file.Close()
			}
		}
		return false, fmt.Errorf("still attached: %s", strings.Join(left, ", "))
	})
}
