// Package needs says what a machine lacks for real nodes. It is a package of its own, and a small one, for those who only want to know.
package needs

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// Missing returns a line that begins with "not run: " and says what real nodes need and this machine lacks, or nothing if they can run.
func Missing() string {
	lacks := missing(runtime.GOOS, os.Geteuid(), exec.LookPath, os.ReadFile)
	if len(lacks) == 0 {
		return ""
	}
	return "not run: real nodes need " + strings.Join(lacks, ", ")
}

func missing(system string, user int, find func(string) (string, error), read func(string) ([]byte, error)) []string {
	if system != "linux" {
		return []string{"Linux"}
	}
	var lacks []string
	if user != 0 {
		lacks = append(lacks, "root")
	}
	for _, program := range programs() {
		if _, err := find(program); err != nil {
			lacks = append(lacks, program)
		}
	}
	if groups, err := read("/proc/self/cgroup"); err != nil || !hasControllers(string(groups)) {
		lacks = append(lacks, "cgroup v1 with the controllers "+strings.Join(controllers(), " "))
	}
	if kinds, err := read("/proc/filesystems"); err != nil || !strings.Contains(string(kinds), "\tfuse\n") {
		lacks = append(lacks, "file systems in user space (fuse), which disks are made of")
	}
	return lacks
}

// programs are what builds runc, makes links and disks, and what a kubelet runs for a volume of mode Block.
func programs() []string { return []string{"go", "gcc", "ip", "mkfs.ext4", "losetup"} }

// controllers are those that kubelet and runc do not do without. The last is the hierarchy of systemd, which has none.
func controllers() []string {
	return []string{"cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "pids", "name=systemd"}
}

// hasControllers reads lines such as 8:cpu,cpuacct:/path. With cgroup v2 alone there is one, 0::/path.
func hasControllers(groups string) bool {
	there := map[string]bool{}
	for line := range strings.Lines(groups) {
		if parts := strings.SplitN(strings.TrimSpace(line), ":", 3); len(parts) == 3 {
			for name := range strings.SplitSeq(parts[1], ",") {
				there[name] = true
			}
		}
	}
	for _, name := range controllers() {
		if !there[name] {
			return false
		}
	}
	return true
}
