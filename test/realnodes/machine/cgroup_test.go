//go:build linux

package machine

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const someMounts = `23 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 23 0:25 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
31 30 0:26 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct
32 30 0:27 /outer /sys/fs/cgroup/memory rw,relatime shared:5 - cgroup cgroup rw,memory
33 30 0:28 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
34 30 0:29 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`

func TestCgroupsIn(t *testing.T) {
	got, err := cgroupsIn("9:name=systemd:/\n4:memory:/outer/a/b\n2:cpu,cpuacct:/c\n0::/\n", someMounts)
	if err != nil {
		t.Fatal(err)
	}
	want := []Cgroup{
		{"name=systemd", "/sys/fs/cgroup/systemd"},
		{"memory", "/sys/fs/cgroup/memory/a/b"}, // what is mounted is not the root of the hierarchy
		{"cpu,cpuacct", "/sys/fs/cgroup/cpu/c"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cgroups (-want +got):\n%s", diff)
	}
	if got, err := cgroupsIn("5:pids:/\n", someMounts); err == nil {
		t.Errorf("a hierarchy that is not mounted is in %v", got)
	}
}
