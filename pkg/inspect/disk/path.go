package disk

import (
	"path"
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// PathOf is where on its machine a volume is, as written; empty if it is not given by a path.
func PathOf(v *corev1.PersistentVolume) string {
	switch {
	case v.Spec.Local != nil:
		return v.Spec.Local.Path
	case v.Spec.HostPath != nil:
		return v.Spec.HostPath.Path
	}
	return ""
}

// Where is how a volume is named besides its own name: its path, or the handle that its driver knows it by.
func Where(v *corev1.PersistentVolume) string {
	if v.Spec.CSI != nil {
		return v.Spec.CSI.VolumeHandle
	}
	return PathOf(v)
}

// clean is one spelling for all spellings of a path: without double or trailing slashes and "..", through the links that every
// system has, with the partitions of a device below it. Paths of Windows, where case does not count, are in lower case with
// forward slashes.
func clean(p string) string {
	if strings.Contains(p, `\`) || len(p) > 1 && p[1] == ':' {
		p = strings.ToLower(strings.ReplaceAll(p, `\`, "/"))
	}
	p = path.Clean(p)
	for _, link := range links() {
		if rest, ok := strings.CutPrefix(p, link[0]); ok && (rest == "" || rest[0] == '/') {
			p = link[1] + rest
			break
		}
	}
	return ofDevice(p)
}

// links are the links between directories that the systems under Kubernetes have: the Filesystem Hierarchy Standard 3.0 lets
// /var/run and /var/lock be links to /run and /run/lock (5.13), which systemd insists on (file-hierarchy(7)).
func links() [][2]string {
	return [][2]string{{"/var/run", "/run"}, {"/var/lock", "/run/lock"}}
}

var (
	// Names of partitions as the kernel makes them: the number follows the name of the disk, after a "p" if that ends in a digit
	// (block/partitions/core.c: disk_name).
	lettered = regexp.MustCompile(`^(/dev/(?:sd|hd|vd|xvd)[a-z]+)([0-9]+)$`)
	numbered = regexp.MustCompile(`^(/dev/(?:nvme|mmcblk|loop|nbd|md)[0-9a-z]*[0-9])p([0-9]+)$`)
	// Links to partitions as udev makes them (rules.d/60-persistent-storage.rules).
	linked = regexp.MustCompile(`^(/dev/disk/by-[^/]+/.+)-part([0-9]+)$`)
)

// ofDevice puts the partition of a block device below it, as a directory is below another.
func ofDevice(p string) string {
	if !strings.HasPrefix(p, "/dev/") {
		return p
	}
	for _, names := range []*regexp.Regexp{lettered, numbered, linked} {
		if found := names.FindStringSubmatch(p); found != nil {
			return found[1] + "/" + found[2]
		}
	}
	return p
}
