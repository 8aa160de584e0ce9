package inspect_test

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestReusedHostname: a machine that has the hostname of one whose Node is gone has not its data. Two witnesses are believed, one is not, and
// none where the machine may be the same under another name.
func TestReusedHostname(t *testing.T) {
	const localPath, selected = "local.path.provisioner/selected-node", "volume.kubernetes.io/selected-node"
	has, local, old := Has("data", "data-uid"), Provisioned("rancher.io/local-path"), VolumeAnnotation(localPath, "a-old")
	used := func(node string, edits ...func(*corev1.Pod)) *corev1.Pod {
		return Pod("db-0", append([]func(*corev1.Pod){Uses("data"), RunsOn(node)}, edits...)...)
	}
	claim := func(edits ...func(*corev1.PersistentVolumeClaim)) *corev1.PersistentVolumeClaim {
		return Claim("data", append(edits, BoundTo("v"))...)
	}
	hostIP := func(ip string) func(*corev1.Pod) { return func(p *corev1.Pod) { p.Status.HostIP = ip } }
	called := &storagev1.CSINode{ObjectMeta: metav1.ObjectMeta{Name: "a-new"}, Spec: storagev1.CSINodeSpec{Drivers: []storagev1.CSINodeDriver{{Name: "csi.example.com", NodeID: "a-old"}}}}
	released := VolumeAnnotation(inspect.AnnReleasedClaim, `{"kind":"PersistentVolumeClaim","metadata":{"namespace":"shop","name":"data","annotations":{"`+selected+`":"a-old"}}}`)
	for name, c := range map[string]struct {
		volume  *corev1.PersistentVolume
		more    []any
		node    []func(*corev1.Node)
		want    string
		perhaps string
	}{
		"nothing says otherwise":         {volume: Volume("v", On("h0"), has), more: []any{claim()}, want: "a-new nodeAffinity"},
		"a record alone":                 {volume: Volume("v", On("h0"), has, local, old), more: []any{claim()}, want: "a-new nodeAffinity", perhaps: "a-old"},
		"a Pod alone":                    {volume: Volume("v", On("h0"), has), more: []any{claim(), used("a-old")}, want: "a-new nodeAffinity", perhaps: "a-old"},
		"a record and a Pod":             {volume: Volume("v", On("h0"), has, local, old), more: []any{claim(), used("a-old")}, want: "a-old " + localPath + ", Pod"},
		"a record and a Pod that goes":   {volume: Volume("v", On("h0"), has, local, old), more: []any{claim(), used("a-old", Terminating)}, want: "a-old " + localPath + ", Pod"},
		"a record and the selected node": {volume: Volume("v", On("h0"), has, local, old), more: []any{claim(ClaimAnnotation(selected, "a-old"))}, want: "a-old " + localPath + ", " + selected},
		"the selected node and a Pod": {volume: Volume("v", On("h0"), has, Provisioned("example.com/local")), more: []any{claim(ClaimAnnotation(selected, "a-old")), used("a-old")},
			want: "a-old " + selected + ", Pod"},
		"two witnesses differ": {volume: Volume("v", On("h0"), has, local, old), more: []any{claim(ClaimAnnotation(selected, "a-older"))}, want: "a-new nodeAffinity", perhaps: "a-old,a-older"},
		"a Pod runs at home": {volume: Volume("v", On("h0"), has, local, old), more: []any{claim(ClaimAnnotation(selected, "a-old")), used("a-new")},
			want: "a-new nodeAffinity", perhaps: "a-old"},
		"released, with the record of the claim": {volume: Volume("v", On("h0"), Phase(Released), local, old, released), want: "a-old " + localPath + ", " + inspect.AnnReleasedClaim},
		"it was moved from there":                {volume: Volume("v", On("h0"), old, VolumeAnnotation("localpv.dev/recovered-from", "a-old")), want: "a-old " + localPath + ", localpv.dev/recovered-from"},
		"the same provider ID": {volume: Volume("v", On("h0"), has, local, old), more: []any{claim(), used("a-old")},
			node: []func(*corev1.Node){func(n *corev1.Node) { n.Spec.ProviderID = "kind://docker/kind/a-old" }}, want: "a-new nodeAffinity"},
		"the same machine ID": {volume: Volume("v", On("h0"), has, local, old, VolumeAnnotation("example.com/machine", "4c4c4544")), more: []any{claim(), used("a-old")},
			node: []func(*corev1.Node){func(n *corev1.Node) { n.Status.NodeInfo.MachineID = "4c4c4544" }}, want: "a-new nodeAffinity", perhaps: "a-old"},
		"the same address": {volume: Volume("v", On("h0"), has, local, old), more: []any{claim(), used("a-old", hostIP("10.0.0.7"))},
			node: []func(*corev1.Node){func(n *corev1.Node) {
				n.Status.Addresses = []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: "10.0.0.7"}}
			}}, want: "a-new nodeAffinity", perhaps: "a-old"},
		"the same to its driver": {volume: Volume("v", On("h0"), has, local, old), more: []any{claim(), used("a-old"), called}, want: "a-new nodeAffinity"},
		"the name with its domain": {volume: Volume("v", On("h0"), has, local, VolumeAnnotation(localPath, "a-new.example")), more: []any{claim(ClaimAnnotation(selected, "a-new.example"))},
			want: "a-new nodeAffinity", perhaps: "a-new.example"},
		"a Pod by hand, of a Node that was there before": {volume: Volume("v", On("n1"), has), more: []any{claim(), used("typo"), Node("n1")}, want: "n1 nodeAffinity"},
		"a Pod, and the Node is younger":                 {volume: Volume("v", On("n1"), has), more: []any{claim(), used("a-old"), Node("n1", BornAgo(time.Hour))}, want: "n1 nodeAffinity", perhaps: "a-old"},
	} {
		t.Run(name, func(t *testing.T) {
			ix := inspect.NewIndex(Snapshot(t, Node("a-new", append(c.node, NodeLabel(corev1.LabelHostname, "h0"))...), Node("b"), c.volume, c.more))
			site := ix.DataOn(c.volume)
			if got := strings.Join(site.Nodes, ",") + " " + site.Source; got != c.want || strings.Join(site.Perhaps, ",") != c.perhaps {
				t.Errorf("data on %q, perhaps on %v; want %q, perhaps %q", got, site.Perhaps, c.want, c.perhaps)
			}
			if _, perhaps := ix.PerhapsGone(c.volume); perhaps != (c.perhaps != "") {
				t.Errorf("told as perhaps: %t", perhaps)
			}
			gone := strings.HasPrefix(c.want, "a-old")
			if ix.SiteGone(c.volume) != gone {
				t.Errorf("gone: %t, want %t", !gone, gone)
			}
			if m := ix.MachineOf("a-old"); gone && strings.Join(m.Names, ",") != "a-old" {
				t.Errorf("the machine a-old: %v", m)
			}
			if m := ix.MachineOf("h0"); len(m.Nodes) != 1 {
				t.Errorf("the machine h0: %v", m)
			}
		})
	}
}

// TestNameIsReusedHostname: a Node that is gone is called by its name, also if another machine has that as its hostname now.
func TestNameIsReusedHostname(t *testing.T) {
	const localPath, selected = "local.path.provisioner/selected-node", "volume.kubernetes.io/selected-node"
	ix := inspect.NewIndex(Snapshot(t, Node("other", NodeLabel(corev1.LabelHostname, "worker")), Claim("data", ClaimAnnotation(selected, "worker"), BoundTo("v")),
		Volume("v", On("worker"), Has("data", "data-uid"), Provisioned("rancher.io/local-path"), VolumeAnnotation(localPath, "worker"))))
	if m := ix.MachineOf("worker"); len(m.Nodes) != 0 || strings.Join(m.Names, ",") != "worker" {
		t.Errorf("the machine worker: %v", m)
	}
}
