//go:build linux

package machine

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
	"k8s.io/apimachinery/pkg/util/uuid"
)

// Where a node sees what it is made of, and what is made for one boot. Everything else below /run is its own.
const (
	insideRun   = "/run/localpv/run"
	insideBin   = "/run/localpv/bin"
	insideFakes = "/run/localpv/fakes"
	insideEtc   = "/run/localpv/etc"
)

// kept are the directories of the machine in whose place a node has its own, which stay when the power is cut.
func kept() map[string]string {
	return map[string]string{"lib": "/var/lib", "log": "/var/log", "mnt": "/mnt"}
}

// keptDirs is what the directory of a node has to hold.
func keptDirs() []string {
	dirs := []string{disksDir, devicesDir, logDir}
	for dir := range kept() {
		dirs = append(dirs, dir)
	}
	return dirs
}

// mountNode makes the node out of the machine, in a mount namespace of its own, and returns the run as it is seen there.
func mountNode(run Run, n int) (Run, error) {
	inside := run
	inside.Dir, inside.NodeBin = insideRun, insideBin
	binds, closeAll, err := hold(map[string]string{insideRun: run.Dir, insideBin: run.NodeBin})
	if err != nil {
		return Run{}, err
	}
	defer closeAll()
	if err := mountSystem(run.Cgroups); err != nil {
		return Run{}, err
	}
	for target, source := range binds {
		if err := bind(source, target); err != nil {
			return Run{}, err
		}
	}
	for dir, target := range kept() {
		if err := bind(filepath.Join(inside.NodeDir(n), dir), target); err != nil {
			return Run{}, err
		}
	}
	if err := fake(run.ID, n); err != nil {
		return Run{}, err
	}
	// What a Pod mounts with the propagation Bidirectional is to be seen by the node.
	return inside, unix.Mount("", "/", "", unix.MS_REC|unix.MS_SHARED, "")
}

// hold opens directories, so that they can be mounted elsewhere when their names are covered. The names that it returns lead to them.
func hold(dirs map[string]string) (held map[string]string, closeAll func(), err error) {
	held = map[string]string{}
	var files []int
	closeAll = func() {
		for _, file := range files {
			_ = unix.Close(file) // nothing was written
		}
	}
	for target, dir := range dirs {
		file, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err != nil {
			closeAll()
			return nil, nil, fmt.Errorf("open %s: %w", dir, err)
		}
		files = append(files, file)
		held[target] = fmt.Sprintf("/proc/self/fd/%d", file)
	}
	return held, closeAll, nil
}

// mountSystem mounts what belongs to a boot: /sys with the cgroups of the node as roots, /run and /tmp.
func mountSystem(cgroups []Cgroup) error {
	if err := unix.Unmount("/sys", unix.MNT_DETACH); err != nil { // else the cgroups of the machine are found first
		return fmt.Errorf("unmount the machine's /sys: %w", err)
	}
	mounts := []struct{ kind, target, data string }{
		{"sysfs", "/sys", ""}, {"tmpfs", "/sys/fs/cgroup", "mode=755"}, {"tmpfs", "/run", "mode=755"}, {"tmpfs", "/tmp", "mode=1777"},
	}
	for _, c := range cgroups {
		mounts = append(mounts, struct{ kind, target, data string }{"cgroup", "/sys/fs/cgroup/" + c.named(), c.Controllers})
	}
	for _, m := range mounts {
		if err := os.MkdirAll(m.target, 0o755); err != nil {
			return fmt.Errorf("make a mount point: %w", err)
		}
		data := m.data
		if strings.HasPrefix(data, "name=") {
			data = "none," + data
		}
		if err := unix.Mount(m.kind, m.target, m.kind, 0, data); err != nil {
			return fmt.Errorf("mount %s at %s (%s): %w", m.kind, m.target, data, err)
		}
	}
	return nil
}

func bind(source, target string) error {
	if err := os.MkdirAll(target, 0o755); err != nil {
		return fmt.Errorf("make a mount point: %w", err)
	}
	if err := unix.Mount(source, target, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("mount %s at %s: %w", source, target, err)
	}
	return nil
}

// fake puts files of the node in the place of the machine's: a new boot id, an id of a machine, and the settings that a kubelet makes for
// the whole machine, so that it finds them as it wants them and leaves those of the machine alone (setupKernelTunables).
func fake(run string, n int) error {
	id := sha256.Sum256(fmt.Appendf(nil, "%s %d", run, n))
	fakes := map[string]string{
		"/proc/sys/kernel/random/boot_id":     string(uuid.NewUUID()),
		"/etc/machine-id":                     hex.EncodeToString(id[:16]),
		"/proc/sys/vm/overcommit_memory":      "1",
		"/proc/sys/vm/panic_on_oom":           "0",
		"/proc/sys/kernel/panic":              "10",
		"/proc/sys/kernel/panic_on_oops":      "1",
		"/proc/sys/kernel/keys/root_maxkeys":  "1000000",
		"/proc/sys/kernel/keys/root_maxbytes": "25000000",
	}
	if err := os.MkdirAll(insideFakes, 0o755); err != nil {
		return err
	}
	for target, content := range fakes {
		if _, err := os.Stat(target); errors.Is(err, fs.ErrNotExist) {
			continue // not every machine has an id
		}
		file := filepath.Join(insideFakes, filepath.Base(target))
		if err := os.WriteFile(file, []byte(content+"\n"), 0o600); err != nil {
			return err
		}
		if err := unix.Mount(file, target, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("mount a file of the node at %s: %w", target, err)
		}
	}
	return nil
}
