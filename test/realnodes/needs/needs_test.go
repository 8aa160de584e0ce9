package needs

import (
	"cmp"
	"errors"
	"strings"
	"testing"
)

const all = "9:name=systemd:/\n8:pids:/a\n7:blkio:/\n6:freezer:/\n5:devices:/\n4:memory:/b:c\n3:cpuset:/\n2:cpu,cpuacct:/\n0::/\n"

func TestMissing(t *testing.T) {
	everything := func(string) (string, error) { return "/bin/x", nil }
	tests := []struct {
		name   string
		system string
		user   int
		find   func(string) (string, error)
		groups string
		kinds  string // of file systems, where they are not those that are needed
		want   string
	}{
		{name: "everything is there", system: "linux", find: everything, groups: all},
		{name: "another system", system: "darwin", user: -1, find: everything, want: "Linux"},
		{name: "not root", system: "linux", user: 1000, find: everything, groups: all, want: "root"},
		{
			name: "programs", system: "linux", groups: all, want: "gcc, losetup",
			find: func(name string) (string, error) {
				if name == "gcc" || name == "losetup" {
					return "", errors.New("not found")
				}
				return "/bin/" + name, nil
			},
		},
		{name: "cgroup v2", system: "linux", find: everything, groups: "0::/user.slice\n", want: "cgroup v1 with the controllers cpu cpuacct cpuset memory devices freezer pids name=systemd"},
		{name: "no fuse", system: "linux", find: everything, groups: all, kinds: "\text4\nnodev\tfusectl\n", want: "file systems in user space (fuse), which disks are made of"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			read := func(file string) ([]byte, error) {
				if file != "/proc/filesystems" {
					return []byte(test.groups), nil
				}
				return []byte(cmp.Or(test.kinds, "nodev\tfuse\n\text4\n")), nil
			}
			if got := strings.Join(missing(test.system, test.user, test.find, read), ", "); got != test.want {
				t.Errorf("missing: %q, want %q", got, test.want)
			}
		})
	}
}
