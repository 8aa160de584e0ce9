package disk_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestSharingBySite: a volume is on the Node that has its data, also where its affinity names it no longer, or names another.
func TestSharingBySite(t *testing.T) {
	madeOn := func(node string) func(*corev1.PersistentVolume) {
		return VolumeAnnotation("local.path.provisioner/selected-node", node)
	}
	const path = "/opt/data/vol-a"
	lost := Within(Term(In("example.com/host", "h-17")))
	for name, c := range map[string]struct {
		edits []func(*corev1.PersistentVolume)
		world []any
		same  bool
	}{
		"its label is lost, a record is left":    {[]func(*corev1.PersistentVolume){lost, madeOn("n1")}, nil, true},
		"a record names another Node":            {[]func(*corev1.PersistentVolume){lost, madeOn("n0")}, nil, false},
		"nothing says where it is":               {[]func(*corev1.PersistentVolume){lost}, nil, false},
		"made here, the affinity leads away":     {[]func(*corev1.PersistentVolume){Within(Term(In("disks", "ssd"))), madeOn("n1")}, nil, true},
		"made elsewhere, the affinity lets here": {[]func(*corev1.PersistentVolume){Within(Term(In("disks", "hdd"))), madeOn("n0")}, nil, true},
		"a driver of its own wrote where it is":  {[]func(*corev1.PersistentVolume){lost, Provisioned("local-volume-provisioner-n1")}, nil, true},
		"the claim that has it says where": {[]func(*corev1.PersistentVolume){lost, Provisioned("example.com/local"), Has("old", "old-uid")},
			[]any{Claim("old", WithUID("old-uid"), BoundTo("a"), ClaimAnnotation("volume.kubernetes.io/selected-node", "n1"))}, true},
	} {
		t.Run(name, func(t *testing.T) {
			a := Volume("a", append([]func(*corev1.PersistentVolume){hostPath(path)}, c.edits...)...)
			b := Volume("b", On("n1"), hostPath(path+"/"), Has("data", "data-uid"))
			world := append([]any{a, b, Node("n0", NodeLabel("disks", "ssd")), Node("n1", NodeLabel("disks", "hdd"))}, c.world...)
			ix := inspect.NewIndex(Snapshot(t, world...))
			if got := len(disk.Sharing(ix, a)) == 1; got != c.same {
				t.Errorf("a shares the disk of b: %v, want %v", got, c.same)
			}
			if got := len(disk.Sharing(ix, b)) == 1; got != c.same {
				t.Errorf("b shares the disk of a: %v, want %v", got, c.same)
			}
		})
	}
}
