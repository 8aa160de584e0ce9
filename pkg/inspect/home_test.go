package inspect_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// labeled is a Node with these labels only, given as key, value, key, value...
func labeled(name string, labels ...string) *corev1.Node {
	n := Node(name)
	n.Labels = map[string]string{}
	for i := 0; i < len(labels); i += 2 {
		n.Labels[labels[i]] = labels[i+1]
	}
	return n
}

func requires(key string, op corev1.NodeSelectorOperator, values ...string) corev1.NodeSelectorRequirement {
	return corev1.NodeSelectorRequirement{Key: key, Operator: op, Values: values}
}

// pinned is a volume with an affinity of these terms.
func pinned(name string, terms ...corev1.NodeSelectorTerm) *corev1.PersistentVolume {
	return Volume(name, Within(terms...))
}

func TestHome(t *testing.T) {
	const hostname, zone, rack, topolvm = corev1.LabelHostname, corev1.LabelTopologyZone, "example.com/rack", "topology.topolvm.io/node"
	three := []*corev1.Node{Node("n2"), Node("n0"), Node("n1")}
	unrequired := pinned("v")
	unrequired.Spec.NodeAffinity.Required = nil
	for name, c := range map[string]struct {
		nodes  []*corev1.Node
		volume *corev1.PersistentVolume
		want   inspect.Home
		names  string
	}{
		"one": {three, pinned("v", Term(In(hostname, "n1"))), inspect.Home{State: inspect.HomeNode, Hosts: []string{"n1"}}, "n1"},
		"several values, some of them gone": {three, pinned("v", Term(In(hostname, "n2", "gone", "n0"))),
			inspect.Home{State: inspect.HomeNode, Hosts: []string{"gone", "n0", "n2"}}, "n0 n2"},
		"several terms": {three, pinned("v", Term(In(hostname, "n2")), Term(In(hostname, "n2", "n0"))),
			inspect.Home{State: inspect.HomeNode, Hosts: []string{"n0", "n2"}}, "n0 n2"},
		"by the label, not by the name": {[]*corev1.Node{labeled("n0", hostname, "ip-10")}, pinned("v", Term(In(hostname, "ip-10"))),
			inspect.Home{State: inspect.HomeNode, Hosts: []string{"ip-10"}}, "n0"},
		"of a zone": {[]*corev1.Node{labeled("a", zone, "z"), labeled("b", zone, "z"), labeled("c", zone, "y")}, pinned("v", Term(In(zone, "z"))),
			inspect.Home{State: inspect.HomeNode}, "a b"},
		"gone":                     {three, pinned("v", Term(In(hostname, "n9"))), inspect.Home{State: inspect.HomeMissing, Hosts: []string{"n9"}}, "n9"},
		"gone, with the last Node": {nil, pinned("v", Term(In(hostname, "n9"))), inspect.Home{State: inspect.HomeMissing, Hosts: []string{"n9"}}, "n9"},
		"gone, several": {three, pinned("v", Term(In(hostname, "n9")), Term(In(hostname, "n8", "n7"))),
			inspect.Home{State: inspect.HomeMissing, Hosts: []string{"n7", "n8", "n9"}}, "n7 n8 n9"},
		"gone, by a driver's key that holds names": {
			[]*corev1.Node{labeled("n0", topolvm, "n0", hostname, "n0"), Node("control-plane")}, pinned("v", Term(In(topolvm, "n9"))),
			inspect.Home{State: inspect.HomeMissing, Hosts: []string{"n9"}}, "n9"},
		"unknown: each Node has a value of its own, as each zone may have one Node": {
			[]*corev1.Node{labeled("n0", rack, "r0"), labeled("n1", rack, "r1")}, pinned("v", Term(In(rack, "r9"))),
			inspect.Home{State: inspect.HomeUnknown, Hosts: []string{"r9"}, Why: fact.New("LabelOfNoNode", "label", rack, "want", []string{"r9"})}, ""},
		"gone, by a driver's key beside one that is the same for all": {
			[]*corev1.Node{labeled("n0", hostname, "n0", "example.com/identity", "all", topolvm, "n0")},
			pinned("v", Term(In("example.com/identity", "all"), In(topolvm, "n9"))), inspect.Home{State: inspect.HomeMissing, Hosts: []string{"n9"}}, "n9"},
		"unknown: no label can have the value": {three, pinned("v", Term(In(hostname, "n9 "))),
			inspect.Home{State: inspect.HomeUnknown, Hosts: []string{"n9 "}, Why: fact.New("LabelValueInvalid", "label", hostname, "want", []string{"n9 "})}, ""},
		"unknown: the Node has lost the driver's label": {
			[]*corev1.Node{labeled("n0", topolvm, "n0"), labeled("n1", hostname, "n1")}, pinned("v", Term(In(topolvm, "n1"))),
			inspect.Home{State: inspect.HomeUnknown, Hosts: []string{"n1"}, Why: fact.New("NodeLabelLost", "node", "n1", "label", topolvm, "want", []string{"n1"}).
				Offering(fact.Kubectl("label", "node", "n1", topolvm+"=n1"))}, ""},
		"unknown: a Node has no hostname label": {[]*corev1.Node{Node("n0"), labeled("n1")}, pinned("v", Term(In(hostname, "ip-9"))),
			inspect.Home{State: inspect.HomeUnknown, Hosts: []string{"ip-9"}, Why: fact.New("NodeWithoutHostname", "nodes", []string{"n1"}, "label", hostname, "want", []string{"ip-9"}).
				Offering(fact.Kubectl("label", "node", "n1", hostname+"=ip-9"))}, ""},
		"unknown: a Node of that name has another label": {[]*corev1.Node{labeled("n1", hostname, "other")}, pinned("v", Term(In(hostname, "n1"))),
			inspect.Home{State: inspect.HomeUnknown, Hosts: []string{"n1"}, Why: fact.New("NodeLabelDiffers", "node", "n1", "label", hostname, "want", []string{"n1"}, "have", "other")}, ""},
		"unknown: the host is there, another label differs": {three, pinned("v", Term(In(hostname, "n1"), In("disk", "ssd"))),
			inspect.Home{State: inspect.HomeUnknown, Hosts: []string{"n1"}, Why: fact.New("NodeLabelLost", "node", "n1", "label", "disk", "want", []string{"ssd"}).
				Offering(fact.Kubectl("label", "node", "n1", "disk=ssd"))}, ""},
		"unknown: the host is there, another label may have several values": {three, pinned("v", Term(In(hostname, "n1"), In("disk", "ssd", "nvme"))),
			inspect.Home{State: inspect.HomeUnknown, Hosts: []string{"n1"}, Why: fact.New("NodeLabelLost", "node", "n1", "label", "disk", "want", []string{"ssd", "nvme"})}, ""},
		"unknown: a Node without the key may be the home": {
			[]*corev1.Node{labeled("n0", rack, "r0"), labeled("n1")}, pinned("v", Term(In(rack, "r9"))),
			inspect.Home{State: inspect.HomeUnknown, Hosts: []string{"r9"}, Why: fact.New("LabelOfNoNode", "label", rack, "want", []string{"r9"})}, ""},
		"unknown: Nodes share the key's values": {
			[]*corev1.Node{labeled("n0", rack, "r0"), labeled("n1", rack, "r0")}, pinned("v", Term(In(rack, "r9"))),
			inspect.Home{State: inspect.HomeUnknown, Hosts: []string{"r9"}, Why: fact.New("LabelOfNoNode", "label", rack, "want", []string{"r9"})}, ""},
		"unknown: no Node has the key": {three, pinned("v", Term(In(rack, "r9", "r8"))),
			inspect.Home{State: inspect.HomeUnknown, Hosts: []string{"r8", "r9"}, Why: fact.New("LabelOfNoNode", "label", rack, "want", []string{"r9", "r8"})}, ""},
		"unknown: a zone is no host": {three, pinned("v", Term(In(zone, "z"))),
			inspect.Home{State: inspect.HomeUnknown, Why: fact.New("AffinityWithoutHost")}, ""},
		"unknown: one term of two is no host": {three, pinned("v", Term(In(hostname, "n9")), Term(In(zone, "z"))),
			inspect.Home{State: inspect.HomeUnknown, Hosts: []string{"n9"}, Why: fact.New("AffinityWithoutHost")}, ""},
		"unknown: no value is no host": {three, pinned("v", Term(In(hostname))),
			inspect.Home{State: inspect.HomeUnknown, Why: fact.New("AffinityWithoutHost")}, ""},
		"unknown: no terms": {three, pinned("v"), inspect.Home{State: inspect.HomeUnknown, Why: fact.New("AffinityWithoutTerms")}, ""},
		"everywhere":        {three, Volume("v", Anywhere), inspect.Home{State: inspect.HomeUnknown, Why: fact.New("AffinityNotRequired")}, ""},
		"nothing required":  {three, unrequired, inspect.Home{State: inspect.HomeUnknown, Why: fact.New("AffinityNotRequired")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := inspect.NewIndex(&inspect.Snapshot{Nodes: c.nodes, Volumes: []*corev1.PersistentVolume{c.volume}}).HomeOf(c.volume)
			if names := strings.Join(got.Names(), " "); names != c.names {
				t.Errorf("home %q, want %q", names, c.names)
			}
			got.Nodes = nil
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("home (-want +got):\n%s", diff)
			}
		})
	}
}

// TestHomeWithoutNodes: what could not be read is unknown, never missing, whatever else is true.
func TestHomeWithoutNodes(t *testing.T) {
	v := pinned("v", Term(In(corev1.LabelHostname, "n9")))
	ix := inspect.NewIndex(&inspect.Snapshot{Volumes: []*corev1.PersistentVolume{v}, Gaps: []inspect.Gap{{Kind: inspect.Nodes, Reason: "forbidden: list nodes"}}})
	want := inspect.Home{State: inspect.HomeUnknown, Hosts: []string{"n9"}, Why: fact.New("NodesUnread", "reason", "forbidden: list nodes")}
	if diff := cmp.Diff(want, ix.HomeOf(v)); diff != "" {
		t.Errorf("home (-want +got):\n%s", diff)
	}
}

// TestHomesAreThoseOfTheJudge: the few Nodes that are looked at are all that CheckNodeAffinity accepts among all.
func TestHomesAreThoseOfTheJudge(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	matched, refused := 0, 0
	for round := range 300 {
		s := randomPlaces(random)
		ix := inspect.NewIndex(s)
		for _, v := range s.Volumes {
			var want []string
			for _, n := range s.Nodes {
				if !inspect.AnyNode(v) && volumehelpers.CheckNodeAffinity(v, n.Labels) == nil {
					want = append(want, n.Name)
				}
			}
			slices.Sort(want)
			h := ix.HomeOf(v)
			if got := (inspect.Home{State: inspect.HomeNode, Nodes: h.Nodes}).Names(); !slices.Equal(got, want) {
				t.Fatalf("round %d: %s is at home on %v, want %v\naffinity: %v", round, v.Name, got, want, v.Spec.NodeAffinity)
			}
			if (h.State == inspect.HomeNode) != (len(want) > 0) {
				t.Fatalf("round %d: %s has %d homes and state %s", round, v.Name, len(want), h.State)
			}
			if h.State == inspect.HomeMissing && len(h.Hosts) == 0 {
				t.Fatalf("round %d: %s is missing from nowhere: %v", round, v.Name, v.Spec.NodeAffinity)
			}
			if len(want) > 0 {
				matched++
			} else {
				refused++
			}
		}
	}
	if matched < 500 || refused < 500 {
		t.Errorf("%d volumes have a home and %d have none: too few to show anything", matched, refused)
	}
}

// randomPlaces is a snapshot of few label values, so that much matches, and of affinities of every shape.
func randomPlaces(r *rand.Rand) *inspect.Snapshot {
	s := &inspect.Snapshot{}
	for i := range 1 + r.IntN(8) {
		n := labeled(fmt.Sprintf("n%d", i))
		for _, key := range oddKeys() {
			if r.IntN(6) > 0 {
				n.Labels[key] = pick(r, oddValues())
			}
		}
		s.Nodes = append(s.Nodes, n)
	}
	r.Shuffle(len(s.Nodes), func(i, j int) { s.Nodes[i], s.Nodes[j] = s.Nodes[j], s.Nodes[i] })
	for i := range 12 {
		v := pinned(fmt.Sprintf("v%d", i))
		for range (1 + r.IntN(7)) / 2 {
			v.Spec.NodeAffinity.Required.NodeSelectorTerms = append(v.Spec.NodeAffinity.Required.NodeSelectorTerms, randomTerm(r))
		}
		if r.IntN(20) == 0 {
			v.Spec.NodeAffinity = nil
		}
		s.Volumes = append(s.Volumes, v)
	}
	return s
}

func randomTerm(r *rand.Rand) corev1.NodeSelectorTerm {
	operators := []corev1.NodeSelectorOperator{corev1.NodeSelectorOpIn, corev1.NodeSelectorOpIn, corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn,
		corev1.NodeSelectorOpExists, corev1.NodeSelectorOpDoesNotExist, corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt, "Like"}
	var t corev1.NodeSelectorTerm
	for range (1 + r.IntN(6)) / 3 {
		t.MatchExpressions = append(t.MatchExpressions, requires(pick(r, oddKeys()), pick(r, operators), someOf(r, oddValues())...))
	}
	if r.IntN(5) == 0 {
		t.MatchFields = append(t.MatchFields, requires(metav1.ObjectNameField, pick(r, operators), someOf(r, []string{"n0", "n1"})...))
	}
	return t
}

func oddKeys() []string {
	return []string{corev1.LabelHostname, corev1.LabelHostname, corev1.LabelTopologyZone, corev1.LabelTopologyZone, "disk", "disk", "not a key"}
}

// oddValues are mostly those of Nodes; the odd ones are no label values, or look like two of them.
func oddValues() []string {
	return []string{"n0", "n1", "7", "n0", "n1", "7", "n0", "n1", "7", "n0", "n1", "7", "", "a", "b", "a b", `a" "b`}
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// someOf is mostly one value, at times none or two.
func someOf(r *rand.Rand, from []string) []string {
	switch r.IntN(6) {
	case 0:
		return nil
	case 1:
		return []string{pick(r, from), pick(r, from)}
	}
	return []string{pick(r, from)}
}

// TestHomesOfManyVolumes: volumes with equal affinity, and only those, share a home.
func TestHomesOfManyVolumes(t *testing.T) {
	s := &inspect.Snapshot{Nodes: []*corev1.Node{Node("n0"), Node("n1")}, Volumes: []*corev1.PersistentVolume{
		pinned("a", Term(In(corev1.LabelHostname, "n0"))),
		pinned("b", Term(In(corev1.LabelHostname, "n1"))),
		pinned("c", Term(In(corev1.LabelHostname, "n0"))),
		pinned("d", Term(requires(corev1.LabelHostname, corev1.NodeSelectorOpNotIn, "n0"))),
		pinned("e", Term(In(corev1.LabelHostname, "n0")), Term(In(corev1.LabelHostname, "n1"))),
		pinned("f", Term(In(corev1.LabelHostname, "n0"), In(corev1.LabelHostname, "n1"))),
	}}
	ix := inspect.NewIndex(s)
	got := map[string]string{}
	for _, v := range s.Volumes {
		h := ix.HomeOf(v)
		got[v.Name] = strings.Join(inspect.Home{State: inspect.HomeNode, Nodes: h.Nodes}.Names(), " ")
	}
	want := map[string]string{"a": "n0", "b": "n1", "c": "n0", "d": "n1", "e": "n0 n1", "f": ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("homes (-want +got):\n%s", diff)
	}
}
