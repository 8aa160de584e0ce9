package match_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

func TestNearMisses(t *testing.T) {
	ofOtherClass := OfClass("local-hdd")
	readOnly := func(v *corev1.PersistentVolume) {
		v.Spec.AccessModes = []corev1.PersistentVolumeAccessMode{corev1.ReadOnlyMany}
	}

	claim := Claim("data-0")
	m := mustMatcher(t, &inspect.Snapshot{
		Nodes: []*corev1.Node{Node("node-0"), Node("node-1")},
		Volumes: []*corev1.PersistentVolume{
			Volume("match"),
			Volume("small-60", Sized("60Gi")),
			Volume("small-70", Sized("70Gi"), On("node-1")),
			Volume("small-70-too", Sized("70Gi")),
			Volume("small-and-read-only", Sized("70Gi"), readOnly),
			Volume("small-and-missing", Sized("70Gi"), On("node-9")),
			Volume("missing", On("node-9")),
			Volume("read-only", readOnly),
			Volume("any-node", readOnly, Anywhere),
			Volume("other-class", ofOtherClass),
			Volume("other-class-small", ofOtherClass, Sized("70Gi")),
			Volume("other-class-reserved", ofOtherClass, ReservedFor("data-0")),
			Volume("bound", Phase(corev1.VolumeBound), ClaimedBy("gone", "uid")),
			Volume("released", Phase(Released), ClaimedBy("gone", "uid")),
			Volume("failed", Phase(corev1.VolumeFailed), ClaimedBy("gone", "uid"), On("node-1")),
			Volume("released-small", Phase(Released), ClaimedBy("gone", "uid"), Sized("1Gi")),
			Volume("released-terminating", Phase(Released), ClaimedBy("gone", "uid"), Deleting),
			Volume("reserved", ReservedFor("gone")),
		},
		Claims: []*corev1.PersistentVolumeClaim{claim},
	}, claim)
	type near struct{ code, volume, node, subject, want, have, text string }
	gone, ahead := "claimed by shop/gone, which is gone", "reserved for shop/gone, which does not exist"
	want := []near{
		{"ClaimedByOther", "released", "node-0", "shop/gone", "", "shop/gone", gone},
		{"ClaimedByOther", "reserved", "node-0", "shop/gone", "", "shop/gone", ahead},
		{"ClaimedByOther", "failed", "node-1", "shop/gone", "", "shop/gone", gone},
		{"CapacityTooSmall", "small-70-too", "node-0", "", "80Gi", "70Gi", "asks 80Gi, has 70Gi"},
		{"CapacityTooSmall", "small-70", "node-1", "", "80Gi", "70Gi", "asks 80Gi, has 70Gi"},
		{"CapacityTooSmall", "small-60", "node-0", "", "80Gi", "60Gi", "asks 80Gi, has 60Gi"},
		{"ClassMismatch", "other-class", "node-0", "", "local-ssd", "local-hdd", "asks class local-ssd, has class local-hdd"},
		{"ClassMismatch", "other-class-reserved", "node-0", "", "local-ssd", "local-hdd", "asks class local-ssd, has class local-hdd"},
		{"AccessModesMismatch", "any-node", "", "", "RWO", "ROX", "asks RWO, has ROX"},
		{"AccessModesMismatch", "read-only", "node-0", "", "RWO", "ROX", "asks RWO, has ROX"},
	}
	var got []near
	p := phrase.New(phrase.Connection{})
	for _, n := range m.NearMisses() {
		if n.Claim != "data-0" {
			t.Errorf("%s is a near miss for claim %q", n.Volume, n.Claim)
		}
		got = append(got, near{string(n.Code), n.Volume, n.Node, n.Subject, n.Want, n.Have, p.Text(n.Fact())})
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(near{})); diff != "" {
		t.Errorf("near misses (-want +got):\n%s", diff)
	}
	counts := map[inspect.VolumeCode]int{
		inspect.Match: 1, inspect.CapacityTooSmall: 5, inspect.NodeAffinityMismatch: 1, inspect.AccessModesMismatch: 2,
		inspect.ClaimedByOther: 6,
	}
	if diff := cmp.Diff(counts, m.Counts()); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

// BenchmarkExplainClaim explains one claim on 1,000 Nodes of 20 volumes each: every verdict, the counts, the near
// misses and the greedy outcome. The index is built beforehand.
func BenchmarkExplainClaim(b *testing.B) {
	kinds := map[string]func(*corev1.PersistentVolume){
		"all too small": Sized("60Gi"),
		"all match":     Sized("100Gi"),
		"all bound":     Has("other", "uid"),
	}
	for _, name := range []string{"all too small", "all match", "all bound"} {
		b.Run(name, func(b *testing.B) { benchmarkExplain(b, 1_000, 20, kinds[name]) })
	}
}

func benchmarkExplain(b *testing.B, nodes, perNode int, change func(*corev1.PersistentVolume)) {
	b.Helper()
	var volumes []*corev1.PersistentVolume
	s := &inspect.Snapshot{}
	for n := range nodes {
		host := fmt.Sprintf("node-%04d", n)
		s.Nodes = append(s.Nodes, Node(host))
		for v := range perNode {
			volumes = append(volumes, Volume(fmt.Sprintf("pv-%04d-%02d", n, v), On(host), VolumeLabel("disk", "hdd"), change))
		}
	}
	claim := Claim("data-0", WantsLabel("disk", "hdd"))
	pod, withClass := podNaming([]*corev1.PersistentVolumeClaim{claim}, nil)
	s.Volumes, s.Claims, s.Classes = volumes, withClass.Claims, withClass.Classes
	ix := inspect.NewIndex(s)
	b.ReportAllocs()
	for b.Loop() {
		p, err := match.NewPodMatcher(ix, pod)
		if err != nil {
			b.Fatal(err)
		}
		for _, node := range s.Nodes {
			if got := p.OnNode(node.Name); len(got.Claims[0].Volumes) != perNode {
				b.Fatalf("%d verdicts on %s", len(got.Claims[0].Volumes), node.Name)
			}
			p.Greedy(node.Name)
		}
		p.Distinct()[0].Counts()
		p.Distinct()[0].NearMisses()
	}
}

// TestNearMissesAreWhereTheirDataIs: of a volume whose data is on one of the nodes that its affinity names, that one is named.
func TestNearMissesAreWhereTheirDataIs(t *testing.T) {
	claim := Claim("data-0")
	both := Within(Term(In(corev1.LabelHostname, "node-0", "node-1")))
	m := mustMatcher(t, &inspect.Snapshot{
		TakenAt: Now(),
		Nodes:   []*corev1.Node{Node("node-0"), Node("node-1"), Node("node-2")},
		Volumes: []*corev1.PersistentVolume{
			Volume("recorded", both, Sized("1Gi"), VolumeAnnotation("local.path.provisioner/selected-node", "node-1")),
			Volume("somewhere", both, Sized("2Gi")),
		},
		Claims: []*corev1.PersistentVolumeClaim{claim},
	}, claim)
	got := map[string]string{}
	for _, miss := range m.NearMisses() {
		got[miss.Volume] = miss.Node
	}
	if diff := cmp.Diff(map[string]string{"recorded": "node-1", "somewhere": "node-0,node-1"}, got); diff != "" {
		t.Error(diff)
	}
	for _, v := range m.OnNode("node-1", nil) {
		if v.Volume.Name == "recorded" && v.Code != inspect.CapacityTooSmall {
			t.Errorf("%s on the node with its data", v.Code)
		}
	}
}
