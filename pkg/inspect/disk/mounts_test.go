package disk_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestMounting: a Pod that lives and mounts the directory of a volume by its path uses the disk, whatever claims say, and a volume whose directory
// is mounted is given to nobody. What looks after the whole node uses none of its disks.
func TestMounting(t *testing.T) {
	readOnly := func(p *corev1.Pod) { p.Spec.Containers[0].VolumeMounts[0].ReadOnly = true }
	system := func(p *corev1.Pod) { p.Namespace = "kube-system" }
	for name, c := range map[string]struct {
		pod  *corev1.Pod
		more []any
		uses bool
	}{
		"the same":                    {pod: Pod("x", RunsOn("n0"), MountsPath("/mnt/disks/v")), uses: true},
		"the same, spelt otherwise":   {pod: Pod("x", RunsOn("n0"), MountsPath("/mnt//disks/./v/")), uses: true},
		"the same, to read":           {pod: Pod("x", RunsOn("n0"), MountsPath("/mnt/disks/v"), readOnly), uses: true},
		"below":                       {pod: Pod("x", RunsOn("n0"), MountsPath("/mnt/disks/v/data")), uses: true},
		"of a DaemonSet":              {pod: Pod("x", RunsOn("n0"), MountsPath("/mnt/disks/v"), ControlledBy("DaemonSet", "x")), uses: true},
		"about to go":                 {pod: Pod("x", RunsOn("n0"), MountsPath("/mnt/disks/v"), Terminating), uses: true},
		"above":                       {pod: Pod("x", RunsOn("n0"), MountsPath("/mnt/disks")), uses: true},
		"above, with another volume":  {pod: Pod("x", RunsOn("n0"), MountsPath("/mnt/disks")), more: []any{Volume("w", On("n0"), at("/mnt/disks/w"))}},
		"above, with one elsewhere":   {pod: Pod("x", RunsOn("n0"), MountsPath("/mnt/disks")), more: []any{Volume("w", On("n1"), at("/mnt/disks/w"))}, uses: true},
		"above, to read":              {pod: Pod("x", RunsOn("n0"), MountsPath("/mnt/disks"), readOnly)},
		"above, of a DaemonSet":       {pod: Pod("x", RunsOn("n0"), MountsPath("/mnt/disks"), ControlledBy("DaemonSet", "x"))},
		"above, of the system":        {pod: Pod("x", RunsOn("n0"), MountsPath("/mnt/disks"), system)},
		"the root":                    {pod: Pod("x", RunsOn("n0"), MountsPath("/"))},
		"one that begins like it":     {pod: Pod("x", RunsOn("n0"), MountsPath("/mnt/disks/v2"))},
		"on another node":             {pod: Pod("x", RunsOn("n1"), MountsPath("/mnt/disks/v"))},
		"on no node":                  {pod: Pod("x", MountsPath("/mnt/disks/v"))},
		"ended":                       {pod: Pod("x", RunsOn("n0"), MountsPath("/mnt/disks/v"), Ended)},
		"the Pod that uses its claim": {pod: Pod("x", RunsOn("n0"), MountsPath("/mnt/disks/v"), Uses("data"))},
		"a Pod that mounts no path":   {pod: Pod("x", RunsOn("n0"), WithEmptyDir)},
	} {
		t.Run(name, func(t *testing.T) {
			v := Volume("v", On("n0"), at("/mnt/disks/v"), Has("data", "gone"), Phase(Released))
			ix := inspect.NewIndex(Snapshot(t, Node("n0"), Node("n1"), v, c.pod, c.more))
			if uses := len(disk.New(ix).Mounting(v)) > 0; uses != c.uses {
				t.Errorf("uses it: %t, want %t", uses, c.uses)
			}
			if _, refused := disk.First(disk.New(ix).Refusals(v, types.NamespacedName{}), disk.DiskMounted); refused != c.uses {
				t.Errorf("refused: %t, want %t", refused, c.uses)
			}
			byClaim := c.pod.Spec.NodeName == "n0" && len(inspect.ClaimNames(c.pod)) > 0
			if users := len(disk.Users(ix, v)) > 0; users != (c.uses || byClaim) {
				t.Errorf("users: %t", users)
			}
		})
	}
	linked := Volume("v", On("n0"), at("/run/data"))
	ix := inspect.NewIndex(Snapshot(t, Node("n0"), linked, Pod("x", RunsOn("n0"), MountsPath("/var/run/data"))))
	if len(disk.New(ix).Mounting(linked)) != 1 {
		t.Error("a directory behind a link that every system has is another one")
	}
}
