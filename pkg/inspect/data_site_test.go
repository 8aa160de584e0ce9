package inspect_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// byFields is a term that names Nodes by matchFields alone, which the scheduler does not evaluate for volumes.
func byFields(nodes ...string) corev1.NodeSelectorTerm {
	return corev1.NodeSelectorTerm{MatchFields: []corev1.NodeSelectorRequirement{In(metav1.ObjectNameField, nodes...)}}
}

// TestDataSite: where the data is, what records it, and whether the scheduler knows it.
func TestDataSite(t *testing.T) {
	const hostname, localPath, selected = corev1.LabelHostname, "local.path.provisioner/selected-node", "volume.kubernetes.io/selected-node"
	const uid = "8e2ed93b-6789-4e52-a925-5c075b926c6c"
	three := []*corev1.Node{Node("n0"), Node("n1"), Node("n2")}
	twins := []*corev1.Node{labeled("a", hostname, "n1"), labeled("b", hostname, "n1")}
	has := Has("data", "data-uid")
	provisioned := Claim("data", BoundTo("v"), ClaimAnnotation(selected, "n1"))
	for name, c := range map[string]struct {
		nodes  []*corev1.Node
		claim  *corev1.PersistentVolumeClaim
		pod    *corev1.Pod
		also   *corev1.Pod
		volume *corev1.PersistentVolume
		want   string
		astray bool
	}{
		"at home":                           {nodes: three, volume: Volume("v", On("n1")), want: "n1 nodeAffinity"},
		"at home, whatever else is written": {nodes: three, volume: Volume("v", On("n1"), VolumeAnnotation(localPath, "n2")), want: "n1 nodeAffinity"},
		"gone":                              {nodes: three, volume: Volume("v", On("n9")), want: "n9 nodeAffinity"},
		"by matchFields":                    {nodes: three, volume: Volume("v", Within(byFields("n1"))), want: "n1 matchFields:metadata.name", astray: true},
		"by matchFields, gone":              {nodes: three, volume: Volume("v", Within(byFields("n9"))), want: "n9 matchFields:metadata.name", astray: true},
		"by matchFields, on the only Node":  {nodes: three[:1], volume: Volume("v", Within(byFields("n0"))), want: "n0 matchFields:metadata.name"},
		"one term without matchFields": {nodes: three, volume: Volume("v", Within(byFields("n1"), Term(In(hostname, "n2"))), VolumeAnnotation(localPath, "n1")),
			want: "n1 " + localPath, astray: true},
		"anywhere but one": {nodes: three, volume: Volume("v", Within(Term(requires(hostname, corev1.NodeSelectorOpNotIn, "n0")))), want: "n1,n2 nodeAffinity"},
		"anywhere but one, and recorded": {nodes: three, volume: Volume("v", Within(Term(requires(hostname, corev1.NodeSelectorOpNotIn, "n0"))), VolumeAnnotation(localPath, "n2")),
			want: "n2 " + localPath, astray: true},
		"wherever the label is, and provisioned for a claim": {nodes: three, claim: provisioned,
			volume: Volume("v", Within(Term(requires(hostname, corev1.NodeSelectorOpExists))), has, Provisioned("example.com/local")), want: "n1 " + selected, astray: true},
		"the claim of that name is another": {nodes: three, claim: Claim("data", WithUID("other"), BoundTo("v"), ClaimAnnotation(selected, "n1")),
			volume: Volume("v", Within(Term(requires(hostname, corev1.NodeSelectorOpExists))), has, Provisioned("example.com/local")), want: "n0,n1,n2 nodeAffinity"},
		"by the static provisioner": {nodes: three, volume: Volume("v", Within(Term(requires(hostname, corev1.NodeSelectorOpExists))), Provisioned("local-volume-provisioner-n2-"+uid)),
			want: "n2 pv.kubernetes.io/provisioned-by", astray: true},
		"by the driver": {nodes: three, volume: Volume("v", Within(Term(requires(hostname, corev1.NodeSelectorOpExists))), from(corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{
			Driver: "carina.storage.io", VolumeAttributes: map[string]string{"carina.storage.io/node": "n1"}}})), want: "n1 carina.storage.io/node", astray: true},
		"a network disk is where it can be used": {nodes: []*corev1.Node{labeled("a", "zone", "z"), labeled("b", "zone", "z")}, claim: Claim("data", BoundTo("v"), ClaimAnnotation(selected, "a")),
			volume: Volume("v", Within(Term(In("zone", "z"))), has, Provisioned("ebs.csi.aws.com"), from(corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "ebs.csi.aws.com"}})),
			want:   "a,b nodeAffinity"},
		"wherever the label is, and used on a machine that is gone": {nodes: three[:1], claim: Claim("data", BoundTo("v")), pod: Pod("p", Uses("data"), RunsOn("n9")),
			volume: Volume("v", Within(Term(requires(hostname, corev1.NodeSelectorOpExists))), has), want: "n0,n9 nodeAffinity"},
		"a network disk, used on a machine that is gone": {nodes: []*corev1.Node{labeled("a", "zone", "z")}, claim: Claim("data", BoundTo("v")), pod: Pod("p", Uses("data"), RunsOn("n9")),
			volume: Volume("v", Within(Term(In("zone", "z"))), has, from(corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "ebs.csi.aws.com"}})), want: "a nodeAffinity"},
		"twins":           {nodes: twins, volume: Volume("v", On("n1")), want: "a,b nodeAffinity"},
		"twins, recorded": {nodes: twins, volume: Volume("v", On("n1"), VolumeAnnotation(localPath, "b")), want: "b " + localPath, astray: true},
		"the Node has lost the label": {nodes: []*corev1.Node{labeled("n1", hostname, "n1"), labeled("n0", "example.com/node", "n0")},
			volume: Volume("v", Within(Term(In("example.com/node", "n1")))), want: "n1 nodeAffinity"},
		"the label is not the name":                    {nodes: []*corev1.Node{labeled("n1.example", hostname, "n1")}, volume: Volume("v", On("n1.example")), want: "n1.example nodeAffinity"},
		"the hostname has changed since":               {nodes: []*corev1.Node{labeled("n1.example", hostname, "new")}, volume: Volume("v", On("old"), VolumeAnnotation(localPath, "n1.example")), want: "n1.example " + localPath},
		"Pods of it run on two Nodes":                  {nodes: []*corev1.Node{labeled("n1.example", hostname, "new"), labeled("n2.example", hostname, "other")}, claim: Claim("data", BoundTo("v")), pod: Pod("p", Uses("data"), RunsOn("n1.example")), also: Pod("q", Uses("data"), RunsOn("n2.example")), volume: Volume("v", On("old"), has), want: "old nodeAffinity"},
		"the hostname has changed under a Pod":         {nodes: []*corev1.Node{labeled("n1.example", hostname, "new")}, claim: Claim("data", BoundTo("v")), pod: Pod("p", Uses("data"), RunsOn("n1.example")), volume: Volume("v", On("old"), has), want: "n1.example Pod"},
		"another Node has the name of the provisioner": {nodes: []*corev1.Node{labeled("n1", hostname, "new")}, volume: Volume("v", On("old"), Provisioned("local-volume-provisioner-n1-"+uid)), want: "old nodeAffinity"},
		"a Node may be the host":                       {nodes: []*corev1.Node{labeled("n0")}, volume: Volume("v", On("n9")), want: " "},
		"everywhere":                                   {nodes: three, volume: Volume("v", Anywhere), want: " "},
	} {
		t.Run(name, func(t *testing.T) {
			s := &inspect.Snapshot{Nodes: c.nodes, Volumes: []*corev1.PersistentVolume{c.volume}}
			if c.claim != nil {
				s.Claims = append(s.Claims, c.claim)
			}
			for _, pod := range []*corev1.Pod{c.pod, c.also} {
				if pod != nil {
					s.Pods = append(s.Pods, pod)
				}
			}
			ix := inspect.NewIndex(s)
			site := ix.DataOn(c.volume)
			if got := strings.Join(site.Nodes, ",") + " " + site.Source; got != c.want {
				t.Errorf("data on %q, want %q", got, c.want)
			}
			if _, astray := ix.Astray(c.volume); astray != c.astray {
				t.Errorf("astray: %t, want %t", astray, c.astray)
			}
		})
	}
}

// TestMachineNames: a machine is known by each of its names, and two machines are never one.
func TestMachineNames(t *testing.T) {
	const uid = "8e2ed93b-6789-4e52-a925-5c075b926c6c"
	s := &inspect.Snapshot{
		Nodes: []*corev1.Node{labeled("a.example", corev1.LabelHostname, "a"), labeled("b.example", corev1.LabelHostname, "twin"), labeled("c.example", corev1.LabelHostname, "twin"),
			labeled("d.example", corev1.LabelHostname, "d", "example.com/rack", "r1")},
		Volumes: []*corev1.PersistentVolume{
			Volume("recorded", On("x"), Provisioned("local-volume-provisioner-x.example-"+uid)),
			Volume("used", On("y"), Has("data", "data-uid")),
			Volume("forged", On("z"), Has("odd", "odd-uid")),
			Volume("several", On("p"), Within(Term(In(corev1.LabelHostname, "p", "q")))),
			Volume("fields", Within(byFields("f.example"))),
			Volume("racked", Within(Term(In("example.com/rack", "r1")))),
		},
		Claims: []*corev1.PersistentVolumeClaim{Claim("data", BoundTo("used")), Claim("odd", BoundTo("forged"))},
		Pods:   []*corev1.Pod{Pod("db", Uses("data"), RunsOn("y.example")), Pod("odd", Uses("odd"), RunsOn("x"))},
	}
	ix := inspect.NewIndex(s)
	got := map[string]string{}
	for _, name := range []string{"a.example", "a", "twin", "x", "x.example", "y", "y.example", "z", "p", "q", "f.example", "r1", "nobody"} {
		m := ix.MachineOf(name)
		var nodes []string
		for _, n := range m.Nodes {
			nodes = append(nodes, n.Name)
		}
		got[name] = strings.Join(m.Names, " ") + "|" + strings.Join(nodes, " ")
	}
	want := map[string]string{"a.example": "a.example|a.example", "a": "a.example|a.example", "twin": "b.example c.example|b.example c.example",
		"x": "x x.example|", "x.example": "x x.example|", "y": "y y.example|", "y.example": "y y.example|", "z": "z|", "p": "p|", "q": "q|", "f.example": "f.example|", "r1": "|", "nobody": "|"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("machines (-want +got):\n%s", diff)
	}
}

// TestPerhapsOn: besides where data is known to be, it may be on hosts that the affinity names and no Node is, on Nodes that lack the label,
// and where Pods are bound whose Node is gone; unless something says that it is elsewhere.
func TestPerhapsOn(t *testing.T) {
	const hostname, localPath = corev1.LabelHostname, "local.path.provisioner/selected-node"
	two := []*corev1.Node{Node("n0"), Node("n1")}
	exists := Within(Term(requires(hostname, corev1.NodeSelectorOpExists)))
	for name, c := range map[string]struct {
		nodes  []*corev1.Node
		volume *corev1.PersistentVolume
		want   string
	}{
		"at home":                         {two, Volume("v", On("n1"), Has("data", "data-uid")), ""},
		"one of two hosts is gone":        {two, Volume("v", Within(Term(In(hostname, "n1", "n9")))), "n9"},
		"one of two hosts has lost":       {[]*corev1.Node{Node("n0"), Node("n1"), labeled("n2")}, Volume("v", Within(Term(In(hostname, "n1", "host-9")))), "host-9,n2"},
		"one lost its label, one is gone": {[]*corev1.Node{Node("n0"), labeled("n1")}, Volume("v", Within(Term(In(hostname, "n1", "n9")))), "n9"},
		"a Node may be the host":          {[]*corev1.Node{labeled("n0"), labeled("n1")}, Volume("v", On("host-9")), "n0,n1"},
		"it is recorded elsewhere":        {[]*corev1.Node{labeled("n0"), labeled("n1")}, Volume("v", On("host-9"), VolumeAnnotation(localPath, "n1")), ""},
		"a Pod is on a gone Node":         {two, Volume("v", exists, Has("data", "data-uid")), "gone"},
		"and the data is recorded":        {two, Volume("v", exists, Has("data", "data-uid"), VolumeAnnotation(localPath, "n1")), ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := &inspect.Snapshot{Nodes: c.nodes, Volumes: []*corev1.PersistentVolume{c.volume}, Claims: []*corev1.PersistentVolumeClaim{Claim("data", BoundTo("v"))},
				Pods: []*corev1.Pod{Pod("p", Uses("data"), RunsOn("gone"))}}
			ix := inspect.NewIndex(s)
			if got := strings.Join(ix.DataOn(c.volume).Perhaps, ","); got != c.want {
				t.Errorf("perhaps on %q, want %q", got, c.want)
			}
			for _, at := range ix.DataOn(c.volume).Perhaps {
				if !ix.MayBeOn(c.volume, at) || ix.OnSite(c.volume, at) {
					t.Errorf("on %s: may be %t, is %t", at, ix.MayBeOn(c.volume, at), ix.OnSite(c.volume, at))
				}
			}
		})
	}
}
