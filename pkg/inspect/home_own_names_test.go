package inspect_test

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestHomeByNamesOfTheDriver: where a driver has names of its own for Nodes, a Node that lacks the label may be any host that is missed. Where
// the driver calls Nodes what they are called, it is not another than its name says.
func TestHomeByNamesOfTheDriver(t *testing.T) {
	const zfs, zfsKey, lvm, lvmKey = "zfs.csi.openebs.io", "openebs.io/nodeid", "local.csi.openebs.io", "openebs.io/nodename"
	for name, c := range map[string]struct {
		driver, key, want string
		nodes             []*corev1.Node
		state             inspect.HomeState
	}{
		"a living Node has lost it":             {zfs, zfsKey, "rack1-u7", []*corev1.Node{labeled("n0"), labeled("n1", zfsKey, "rack2-u4")}, inspect.HomeUnknown},
		"of another driver":                     {lvm, lvmKey, "rack1-u7", []*corev1.Node{labeled("n0"), labeled("n1", lvmKey, "rack2-u4")}, inspect.HomeUnknown},
		"all Nodes have lost it":                {zfs, zfsKey, "rack1-u7", []*corev1.Node{labeled("n0"), labeled("n1")}, inspect.HomeUnknown},
		"every Node says another":               {zfs, zfsKey, "rack1-u7", []*corev1.Node{labeled("n0", zfsKey, "rack3-u1"), labeled("n1", zfsKey, "rack2-u4")}, inspect.HomeMissing},
		"Nodes by their names":                  {zfs, zfsKey, "n9", []*corev1.Node{labeled("n0"), labeled("n1", zfsKey, "n1")}, inspect.HomeMissing},
		"the one without it has no such driver": {zfs, zfsKey, "rack1-u7", []*corev1.Node{labeled("cp"), labeled("n1", zfsKey, "rack2-u4")}, inspect.HomeMissing},
		"always by their names":                 {"topolvm.io", "topology.topolvm.io/node", "n9", []*corev1.Node{labeled("n0"), labeled("n1")}, inspect.HomeMissing},
	} {
		t.Run(name, func(t *testing.T) {
			v := Volume("v", Within(Term(In(c.key, c.want))), byDriver(c.driver))
			drives := []storagev1.CSINodeDriver{{Name: c.driver, NodeID: c.want + "-not"}}
			csi := []*storagev1.CSINode{{ObjectMeta: metav1.ObjectMeta{Name: "cp"}}}
			for _, n := range c.nodes {
				if n.Name != "cp" {
					csi = append(csi, &storagev1.CSINode{ObjectMeta: metav1.ObjectMeta{Name: n.Name}, Spec: storagev1.CSINodeSpec{Drivers: drives}})
				}
			}
			got := inspect.NewIndex(&inspect.Snapshot{Nodes: c.nodes, CSINodes: csi, Volumes: []*corev1.PersistentVolume{v}}).HomeOf(v)
			if got.State != c.state {
				t.Errorf("home %s, want %s: %v", got.State, c.state, got)
			}
			if c.state == inspect.HomeUnknown && (got.Why.Code != "NodeWithoutHostname" || !strings.HasPrefix(got.Why.Get("nodes"), "n0") || got.Why.Get("label") != c.key) {
				t.Errorf("it is unknown because of %v, want that n0 lacks %s", got.Why, c.key)
			}
		})
	}
}

// byDriver makes a volume one of a CSI driver.
func byDriver(name string) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) {
		v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: name, VolumeHandle: v.Name}}
	}
}
