//go:build linux

package machine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Cgroup is a directory in one hierarchy of cgroup v1.
type Cgroup struct {
	// Controllers are what a mount of the hierarchy is given: "cpu,cpuacct", or "name=systemd".
	Controllers string
	// Dir is its path outside.
	Dir string
}

// named is where a node mounts the hierarchy, below /sys/fs/cgroup.
func (c Cgroup) named() string { return strings.TrimPrefix(c.Controllers, "name=") }

// below is the cgroup of that name in this one.
func (c Cgroup) below(name string) Cgroup {
	return Cgroup{Controllers: c.Controllers, Dir: filepath.Join(c.Dir, name)}
}

// ownCgroups are those that this process is in.
func ownCgroups() ([]Cgroup, error) {
	groups, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return nil, fmt.Errorf("find the cgroups of this process: %w", err)
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, fmt.Errorf("find where cgroups are mounted: %w", err)
	}
	return cgroupsIn(string(groups), string(mounts))
}

// cgroupsIn reads lines such as 4:memory:/a/b, and finds the directory by the mounts. Each process is in one cgroup of each hierarchy.
func cgroupsIn(groups, mounts string) ([]Cgroup, error) {
	var all []Cgroup
	for line := range strings.Lines(groups) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 || parts[1] == "" { // cgroup v2 beside v1, which has no controllers then
			continue
		}
		dir, err := mountedAt(mounts, strings.Split(parts[1], ",")[0], parts[2])
		if err != nil {
			return nil, err
		}
		all = append(all, Cgroup{Controllers: parts[1], Dir: dir})
	}
	return all, nil
}

// mountedAt is the directory of a cgroup. A line of mountinfo is
//
//	ID PARENT MAJOR:MINOR ROOT MOUNTPOINT OPTIONS... - TYPE SOURCE SUPEROPTIONS
func mountedAt(mounts, controller, group string) (string, error) {
	for line := range strings.Lines(mounts) {
		before, after, found := strings.Cut(strings.TrimSpace(line), " - ")
		left, right := strings.Fields(before), strings.Fields(after)
		if !found || len(left) < 5 || len(right) < 3 || right[0] != "cgroup" || !slices.Contains(strings.Split(right[2], ","), controller) {
			continue
		}
		if inside, ok := strings.CutPrefix(path.Join(group, "/"), path.Join(left[3], "/")); ok {
			return filepath.Join(left[4], inside), nil
		}
	}
	return "", fmt.Errorf("the hierarchy of %s, in which this process is in %s, is not mounted", controller, group)
}

// make creates the cgroup, and what it needs before a process can be in it.
func (c Cgroup) make() error {
	if err := os.Mkdir(c.Dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make a cgroup: %w", err)
	}
	if !slices.Contains(strings.Split(c.Controllers, ","), "cpuset") {
		return nil
	}
	for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
		allowed, err := os.ReadFile(filepath.Join(filepath.Dir(c.Dir), file))
		if err != nil {
			return fmt.Errorf("make a cgroup with the processors of the one above: %w", err)
		}
		if err := os.WriteFile(filepath.Join(c.Dir, file), allowed, 0o600); err != nil {
			return fmt.Errorf("make a cgroup with the processors of the one above: %w", err)
		}
	}
	return nil
}

// join moves this process.
func (c Cgroup) join() error {
	if err := os.WriteFile(filepath.Join(c.Dir, "cgroup.procs"), []byte("0"), 0o600); err != nil {
		return fmt.Errorf("join a cgroup: %w", err)
	}
	return nil
}

// empty removes what is below the cgroup, the deepest first.
func (c Cgroup) empty(ctx context.Context) error { return removeAll(ctx, c.Dir, false) }

// remove removes the cgroup and what is below it.
func (c Cgroup) remove(ctx context.Context) error { return removeAll(ctx, c.Dir, true) }

func removeAll(ctx context.Context, dir string, itself bool) error {
	var dirs []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && (itself || path != dir) {
			dirs = append(dirs, path)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("find the cgroups in %s: %w", dir, err)
	}
	for _, d := range slices.Backward(dirs) {
		// The last processes may still be on their way out.
		err := until(ctx, "the cgroup "+d+" is empty", func() (bool, error) {
			err := os.Remove(d)
			return err == nil || errors.Is(err, fs.ErrNotExist), err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// cpu is the time that all who are or were in the cgroup have used, if it is the one that accounts for it.
func (c Cgroup) cpu() (time.Duration, bool) {
	data, err := os.ReadFile(filepath.Join(c.Dir, "cpuacct.usage"))
	if err != nil {
		return 0, false
	}
	used, err := strconv.ParseInt(strings.TrimSpace(string(data)), 10, 64)
	return time.Duration(used), err == nil
}

// CPU is the time that the run has used so far, control plane and nodes together.
func (r Run) CPU() time.Duration {
	for _, c := range r.Cgroups {
		if used, ok := c.cpu(); ok {
			return used
		}
	}
	return 0
}
