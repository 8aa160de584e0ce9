//go:build linux

package machine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// attach finds a free loop device, gives it the file, and marks it as ours. The device is free again when nobody has it open or mounted.
func attach(path, mark string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if _, err := os.Stat(path); err != nil { // the kernel asks a drive for its size only then
		return nil, err
	}
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
		copy(config.Info.File_name[:len(config.Info.File_name)-1], mark)
		switch err := unix.IoctlLoopConfigure(int(device.Fd()), &config); {
		case err == nil:
			return device, nil
		case !errors.Is(err, unix.EBUSY): // another has been quicker
			return nil, errors.Join(err, device.Close())
		}
		device.Close()
	}
}

// loops are the loop devices of a mark, and those that a kubelet has put on top of one, by which it holds a volume of mode Block. What the
// kernel calls a loop device is what it was marked as; what it has below is a device with a number.
func loops(mark string) ([]string, error) {
	devices, err := filepath.Glob("/dev/loop[0-9]*")
	if err != nil {
		return nil, err
	}
	var found []string
	ours := map[uint64]bool{}
	below := map[string]uint64{}
	for _, device := range devices {
		info, err := loopInfo(device)
		if err != nil {
			continue // it is free
		}
		var stat unix.Stat_t
		if err := unix.Stat(device, &stat); err != nil {
			return nil, fmt.Errorf("look at %s: %w", device, err)
		}
		if strings.HasPrefix(unix.ByteSliceToString(info.File_name[:]), mark) {
			ours[stat.Rdev] = true
			found = append(found, device)
		}
		below[device] = info.Rdevice
	}
	for _, device := range devices {
		if number, used := below[device]; used && number != 0 && ours[number] && !slices.Contains(found, device) {
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

// detach frees the loop devices of a mark, and returns when there are none: a disk that is attached twice has two writers.
func detach(ctx context.Context, mark string) error {
	return until(ctx, "no loop device is marked "+mark, func() (bool, error) {
		left, err := loops(mark)
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
