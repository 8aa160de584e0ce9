package inspect_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// from gives a volume another source.
func from(source corev1.PersistentVolumeSource) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) { v.Spec.PersistentVolumeSource = source }
}

func TestLocalSource(t *testing.T) {
	const topolvm = "topology.topolvm.io/node"
	hostPath := from(corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/data"}})
	csi := from(corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "csi.example.com"}})
	nfs := from(corev1.PersistentVolumeSource{NFS: &corev1.NFSVolumeSource{Server: "s", Path: "/"}})
	nodes := []*corev1.Node{
		labeled("n0", corev1.LabelHostname, "n0", topolvm, "n0", "rack", "r0", corev1.LabelTopologyZone, "z0", "topology.ebs.csi.aws.com/zone", "z0",
			"example.com/pool", "p0", "example.com/id", "i-0", "example.com/other", "x-0", "example.com/twin", "n0"),
		labeled("n1", corev1.LabelHostname, "n1", topolvm, "n1", "rack", "r0", corev1.LabelTopologyZone, "z1", "topology.csi.vmware.com/k8s-region", "z1",
			"example.com/twin", "n0"),
	}
	ids := []*storagev1.CSINode{{ObjectMeta: metav1.ObjectMeta{Name: "n0"}, Spec: storagev1.CSINodeSpec{Drivers: []storagev1.CSINodeDriver{
		{Name: "csi.example.com", NodeID: "i-0", TopologyKeys: []string{"example.com/pool", "example.com/id"}}, {Name: "other.example.com", NodeID: "x-0"}}}}}
	for name, c := range map[string]struct {
		volume *corev1.PersistentVolume
		want   inspect.SourceType
	}{
		"local":                           {Volume("v", On("n0")), inspect.SourceLocal},
		"local, wherever it is":           {Volume("v", Within(Term(In("rack", "r0")))), inspect.SourceLocal},
		"local, from a file, unpinned":    {Volume("v", Anywhere), inspect.SourceLocal},
		"hostPath, pinned":                {Volume("v", On("n0"), hostPath), inspect.SourceHostPath},
		"hostPath, anywhere":              {Volume("v", Anywhere, hostPath), ""},
		"CSI, on one Node":                {Volume("v", Within(Term(In(topolvm, "n0"))), csi), inspect.SourceCSI},
		"CSI, on a Node that is gone":     {Volume("v", Within(Term(In(topolvm, "n9"))), csi), inspect.SourceCSI},
		"CSI, two terms for one Node":     {Volume("v", Within(Term(In(topolvm, "n0")), Term(In(corev1.LabelHostname, "n0"))), csi), inspect.SourceCSI},
		"CSI, two Nodes":                  {Volume("v", Within(Term(In("rack", "r0"))), csi), ""},
		"CSI, a zone of one Node":         {Volume("v", Within(Term(In(corev1.LabelTopologyZone, "z0"))), csi), ""},
		"CSI, a driver's zone of one":     {Volume("v", Within(Term(In("topology.ebs.csi.aws.com/zone", "z0"))), csi), ""},
		"CSI, a driver's region of one":   {Volume("v", Within(Term(In("topology.csi.vmware.com/k8s-region", "z1"))), csi), ""},
		"CSI, one term of two is no host": {Volume("v", Within(Term(In(topolvm, "n0")), Term(In(corev1.LabelTopologyZone, "z9"))), csi), ""},
		"CSI, anywhere":                   {Volume("v", Anywhere, csi), ""},
		"CSI, no terms":                   {Volume("v", Within(), csi), ""},
		"CSI, not a value":                {Volume("v", Within(Term(requires(topolvm, corev1.NodeSelectorOpNotIn, "n0"))), csi), ""},
		"network":                         {Volume("v", On("n0"), nfs), ""},

		"CSI, a value of one Node that is no name":     {Volume("v", Within(Term(In("example.com/pool", "p0"))), csi), ""},
		"CSI, a Node that has lost the driver's label": {Volume("v", Within(Term(In("example.com/node", "n1"))), csi), inspect.SourceCSI},
		"CSI, a key of the driver, with values of its own": {Volume("v", Within(Term(In("openebs.io/nodeid", "7f"))),
			from(corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "zfs.csi.openebs.io"}})), inspect.SourceCSI},
		"CSI, the driver's nodeID":                  {Volume("v", Within(Term(In("example.com/id", "i-0"))), csi), inspect.SourceCSI},
		"CSI, the nodeID of another driver":         {Volume("v", Within(Term(In("example.com/other", "x-0"))), csi), ""},
		"CSI, by matchFields":                       {Volume("v", Within(byFields("n0")), csi), inspect.SourceCSI},
		"CSI, two Nodes that carry one host's name": {Volume("v", Within(Term(In("example.com/twin", "n0"))), csi), ""},
		"CSI, provisioned on its node": {Volume("v", Within(Term(In("rack", "r0"))), from(corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{
			Driver: "csi.example.com", VolumeAttributes: map[string]string{"storage.kubernetes.io/csiProvisionerIdentity": "17-81-csi.example.com-n1"}}})), inspect.SourceCSI},
		"CSI, provisioned from one place": {Volume("v", Within(Term(In("rack", "r0"))), from(corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{
			Driver: "csi.example.com", VolumeAttributes: map[string]string{"storage.kubernetes.io/csiProvisionerIdentity": "17-81-csi.example.com"}}})), ""},
	} {
		t.Run(name, func(t *testing.T) {
			ix := inspect.NewIndex(&inspect.Snapshot{Nodes: nodes, CSINodes: ids, Volumes: []*corev1.PersistentVolume{c.volume}})
			got, ok := ix.LocalSource(c.volume)
			if got != c.want || ok != (c.want != "") {
				t.Errorf("source %q, local %v; want %q", got, ok, c.want)
			}
		})
	}
}

func TestLocalVolumesAreSorted(t *testing.T) {
	nfs := from(corev1.PersistentVolumeSource{NFS: &corev1.NFSVolumeSource{Server: "s", Path: "/"}})
	on := On("n0")
	ix := inspect.NewIndex(&inspect.Snapshot{Nodes: []*corev1.Node{Node("n0")}, Volumes: []*corev1.PersistentVolume{
		Volume("c", on), Volume("a", on), Volume("b", on, nfs)}})
	var got []string
	for _, v := range ix.LocalVolumes() {
		got = append(got, v.Name)
	}
	if diff := cmp.Diff([]string{"a", "c"}, got); diff != "" {
		t.Errorf("local volumes (-want +got):\n%s", diff)
	}
}
