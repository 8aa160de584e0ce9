package inspect

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
)

// sourced is a volume like another, with another source.
func sourced(v *corev1.PersistentVolume, source corev1.PersistentVolumeSource) *corev1.PersistentVolume {
	v.Spec.PersistentVolumeSource = source
	return v
}

func TestLocalSource(t *testing.T) {
	const topolvm = "topology.topolvm.io/node"
	hostPath := corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/data"}}
	csi := corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "csi.example.com"}}
	nfs := corev1.PersistentVolumeSource{NFS: &corev1.NFSVolumeSource{Server: "s", Path: "/"}}
	nodes := []*corev1.Node{
		labeled("n0", corev1.LabelHostname, "n0", topolvm, "n0", "rack", "r0", corev1.LabelTopologyZone, "z0", "topology.ebs.csi.aws.com/zone", "z0"),
		labeled("n1", corev1.LabelHostname, "n1", topolvm, "n1", "rack", "r0", corev1.LabelTopologyZone, "z1", "topology.csi.vmware.com/k8s-region", "z1"),
	}
	unpinned := func() *corev1.PersistentVolume {
		v := pinned("v")
		v.Spec.NodeAffinity = nil
		return v
	}
	for name, c := range map[string]struct {
		volume *corev1.PersistentVolume
		want   SourceType
	}{
		"local":                           {pinned("v", term(in(corev1.LabelHostname, "n0"))), SourceLocal},
		"local, wherever it is":           {pinned("v", term(in("rack", "r0"))), SourceLocal},
		"local, from a file, unpinned":    {unpinned(), SourceLocal},
		"hostPath, pinned":                {sourced(pinned("v", term(in(corev1.LabelHostname, "n0"))), hostPath), SourceHostPath},
		"hostPath, anywhere":              {sourced(unpinned(), hostPath), ""},
		"CSI, on one Node":                {sourced(pinned("v", term(in(topolvm, "n0"))), csi), SourceCSI},
		"CSI, on a Node that is gone":     {sourced(pinned("v", term(in(topolvm, "n9"))), csi), SourceCSI},
		"CSI, two terms for one Node":     {sourced(pinned("v", term(in(topolvm, "n0")), term(in(corev1.LabelHostname, "n0"))), csi), SourceCSI},
		"CSI, two Nodes":                  {sourced(pinned("v", term(in("rack", "r0"))), csi), ""},
		"CSI, a zone of one Node":         {sourced(pinned("v", term(in(corev1.LabelTopologyZone, "z0"))), csi), ""},
		"CSI, a driver's zone of one":     {sourced(pinned("v", term(in("topology.ebs.csi.aws.com/zone", "z0"))), csi), ""},
		"CSI, a driver's region of one":   {sourced(pinned("v", term(in("topology.csi.vmware.com/k8s-region", "z1"))), csi), ""},
		"CSI, one term of two is no host": {sourced(pinned("v", term(in(topolvm, "n0")), term(in(corev1.LabelTopologyZone, "z9"))), csi), ""},
		"CSI, anywhere":                   {sourced(unpinned(), csi), ""},
		"CSI, no terms":                   {sourced(pinned("v"), csi), ""},
		"CSI, not a value":                {sourced(pinned("v", term(requires(topolvm, corev1.NodeSelectorOpNotIn, "n0"))), csi), ""},
		"network":                         {sourced(pinned("v", term(in(corev1.LabelHostname, "n0"))), nfs), ""},
	} {
		t.Run(name, func(t *testing.T) {
			ix := NewIndex(&Snapshot{Nodes: nodes, Volumes: []*corev1.PersistentVolume{c.volume}})
			got, ok := ix.LocalSource(c.volume)
			if got != c.want || ok != (c.want != "") {
				t.Errorf("source %q, local %v; want %q", got, ok, c.want)
			}
		})
	}
}

func TestLocalVolumesAreSorted(t *testing.T) {
	nfs := corev1.PersistentVolumeSource{NFS: &corev1.NFSVolumeSource{Server: "s", Path: "/"}}
	on := term(in(corev1.LabelHostname, "n0"))
	ix := NewIndex(&Snapshot{Nodes: []*corev1.Node{host("n0")}, Volumes: []*corev1.PersistentVolume{
		pinned("c", on), pinned("a", on), sourced(pinned("b", on), nfs)}})
	var got []string
	for _, v := range ix.LocalVolumes() {
		got = append(got, v.Name)
	}
	if diff := cmp.Diff([]string{"a", "c"}, got); diff != "" {
		t.Errorf("local volumes (-want +got):\n%s", diff)
	}
}
