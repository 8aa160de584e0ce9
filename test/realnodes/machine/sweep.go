//go:build linux

package machine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// clear removes what the run has left outside its namespaces, and its directory at last: what is not removed is found the next time.
func (r Run) clear(ctx context.Context) error {
	var all []error
	for n := 1; n <= r.Nodes; n++ {
		all = append(all, detach(ctx, r.mark(n)))
	}
	for _, c := range r.Cgroups {
		all = append(all, c.remove(ctx))
	}
	if err := errors.Join(all...); err != nil {
		return fmt.Errorf("clear away run %s: %w", r.ID, err)
	}
	return os.RemoveAll(r.Dir)
}

// Sweep clears away what runs in the directories of a directory have left that nobody keeps any more. No run may begin there meanwhile.
func Sweep(ctx context.Context, parent string) error {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		dir := filepath.Join(parent, entry.Name())
		keeper, err := Keeper(dir)
		if err != nil {
			return err
		}
		if keeper != nil {
			continue
		}
		run, err := Load(dir)
		switch {
		case errors.Is(err, fs.ErrNotExist): // it had not begun
			err = os.RemoveAll(dir)
		case err == nil:
			err = run.clear(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Keeper is the process of the keeper of a run in a directory, or nil if nobody keeps it.
func Keeper(dir string) (*os.Process, error) {
	lock, err := os.Open(filepath.Join(dir, lockFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_SH|syscall.LOCK_NB); err == nil {
		return nil, nil
	}
	data, err := os.ReadFile(filepath.Join(dir, "pid"))
	if err != nil {
		return nil, err
	}
	pid, err := strconv.Atoi(string(data))
	if err != nil {
		return nil, err
	}
	return os.FindProcess(pid)
}

// WaitKept returns when nobody keeps the run in a directory any more.
func WaitKept(ctx context.Context, dir string) error {
	return until(ctx, "the run in "+dir+" has ended", func() (bool, error) {
		keeper, err := Keeper(dir)
		return keeper == nil && err == nil, err
	})
}
