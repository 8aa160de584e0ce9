package inventory_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// byFields pins a volume to a Node by matchFields alone, which the scheduler does not evaluate for volumes.
func byFields(node string) func(*corev1.PersistentVolume) {
	return Within(corev1.NodeSelectorTerm{MatchFields: []corev1.NodeSelectorRequirement{In(metav1.ObjectNameField, node)}})
}

// TestAstrayIsListedWhereItsDataIs: not on every Node that the scheduler would take, which is told as well.
func TestAstrayIsListedWhereItsDataIs(t *testing.T) {
	s := Snapshot(t, Node("n0"), Node("n1", Cordoned), Volume("here", byFields("n1")), Volume("gone", byFields("n9")), Volume("home", On("n0")))
	var got []string
	for _, r := range listed(s, inventory.VolumeFilter{}) {
		got = append(got, r.Home.Label()+" "+r.Home.Status()+" "+r.Name)
	}
	want := []string{"n0 Ready home", "n1 Ready,SchedulingDisabled here", "n9 missing gone"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for names, wanted := range map[string]string{"n0": "home", "n1": "here", "n9": "gone"} {
		if got := reportNames(listed(s, inventory.VolumeFilter{Nodes: []string{names}})); got != wanted {
			t.Errorf("on %s: %q, want %q", names, got, wanted)
		}
	}
	if got := reportNames(listed(s, inventory.VolumeFilter{Orphaned: true})); got != "gone" {
		t.Errorf("orphaned: %q", got)
	}
	data, err := json.Marshal(listed(s, inventory.VolumeFilter{Nodes: []string{"n1"}})[0].Home)
	if err != nil {
		t.Fatal(err)
	}
	const home = `{"state":"node","data":{"nodes":["n1"],"source":"matchFields:metadata.name","why":{"code":"DataAstrayByFields",` +
		`"values":{"nodes":["n1"],"source":"matchFields:metadata.name"}}},"nodes":[{"name":"n0","ready":"True","unschedulable":false},{"name":"n1","ready":"True","unschedulable":true}]}`
	if string(data) != home {
		t.Errorf("home\n%s\nwant\n%s", data, home)
	}
}

// TestMachinesHaveSeveralNames: volumes are found by the name of their Node and by its hostname, also when it is gone.
func TestMachinesHaveSeveralNames(t *testing.T) {
	here := Node("a.example", NodeLabel(corev1.LabelHostname, "a"))
	s := Snapshot(t, here, Volume("v-a", On("a")), Volume("v-b", On("b"), Provisioned("local-volume-provisioner-b.example-8e2ed93b-6789-4e52-a925-5c075b926c6c")))
	for _, name := range []string{"a", "a.example", "b", "b.example"} {
		if got, want := reportNames(listed(s, inventory.VolumeFilter{Nodes: []string{name}})), "v-"+name[:1]; got != want {
			t.Errorf("on %s: %q, want %q", name, got, want)
		}
	}
	if got := strings.Join(inventory.PlaceNames(inspect.NewIndex(s)), " "); got != "a a.example b b.example" {
		t.Errorf("places: %s", got)
	}
}
