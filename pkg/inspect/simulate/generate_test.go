package simulate

import (
	"fmt"
	"math/rand/v2"
	"testing"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// generator makes small clusters and a Pod with claims, odd ones included, from a seed. Volumes differ in size,
// and at most one is reserved for a claim: the scheduler leaves the choice between equals to chance.
type generator struct {
	*rand.Rand
	tb       testing.TB
	nodes    []*corev1.Node
	claims   []*corev1.PersistentVolumeClaim // the Pod's
	reserved map[string]bool                 // by claim
	sizes    int
	serial   int
}

func newGenerator(tb testing.TB, seed uint64) *generator {
	tb.Helper()
	return &generator{tb: tb, Rand: rand.New(rand.NewPCG(seed, 1)), reserved: map[string]bool{}}
}

const (
	topologyKey = "topology.disk.example.com/node"
	missing     = "no-such-class"
)

func (g *generator) cluster() (*inspect.Snapshot, *corev1.Pod) {
	objects := g.classes()
	for i := range 1 + g.IntN(8) {
		g.nodes = append(g.nodes, g.node(i))
		objects = append(objects, g.nodes[i], g.csiNode(g.nodes[i].Name))
	}
	p := g.pod()
	for _, c := range g.claims {
		objects = append(objects, c)
	}
	for range g.IntN(25) {
		objects = append(objects, g.volume())
	}
	for range g.IntN(6) {
		objects = append(objects, g.otherPod())
	}
	objects = append(objects, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: Ns}})
	return Snapshot(g.tb, objects...), p
}

// chance is true one time in n.
func (g *generator) chance(n int) bool { return g.IntN(n) == 0 }

func oneOf[T any](g *generator, items ...T) T { return items[g.IntN(len(items))] }

func (g *generator) name(prefix string) string {
	g.serial++
	return fmt.Sprintf("%s%03d", prefix, g.serial)
}

func (g *generator) classes() []any {
	objects := classes()
	objects = append(objects, StorageClass("here", ProvisionedBy(driver), onlyWhere(corev1.LabelTopologyZone, "a")))
	if g.chance(2) {
		objects = append(objects, &storagev1.CSIDriver{
			ObjectMeta: metav1.ObjectMeta{Name: driver},
			Spec:       storagev1.CSIDriverSpec{StorageCapacity: new(g.chance(2))},
		})
	}
	for range g.IntN(4) {
		objects = append(objects, room(g.name("room"), oneOf(g, dynamic, "here"), g.host(), oneOf(g, "1Gi", "5Gi", "50Gi")))
	}
	return objects
}

func (g *generator) node(i int) *corev1.Node {
	n := Node(fmt.Sprintf("n%d", i))
	n.Labels = map[string]string{corev1.LabelTopologyZone: oneOf(g, "a", "b")}
	switch {
	case g.chance(8): // no host label
	case g.chance(4):
		n.Labels[corev1.LabelHostname] = fmt.Sprintf("host-%d", i)
	default:
		n.Labels[corev1.LabelHostname] = n.Name
	}
	if g.chance(2) {
		n.Labels[topologyKey] = fmt.Sprintf("t%d", i)
	}
	if g.chance(2) {
		n.Labels["generation"] = oneOf(g, "1", "2", "3", "old")
	}
	if g.chance(6) {
		tainted(n)
	}
	n.Spec.Unschedulable = g.chance(10)
	return n
}

func (g *generator) csiNode(name string) *storagev1.CSINode {
	n := &storagev1.CSINode{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if g.chance(2) {
		n.Spec.Drivers = []storagev1.CSINodeDriver{{Name: driver, NodeID: name, Allocatable: &storagev1.VolumeNodeResources{Count: new(int32(g.IntN(3)))}}}
	}
	return n
}

// host is a value of kubernetes.io/hostname, of some Node or of none.
func (g *generator) host() string {
	return fmt.Sprintf(oneOf(g, "n%d", "n%d", "n%d", "host-%d"), g.IntN(9))
}

func (g *generator) pod() *corev1.Pod {
	p := Pod("p")
	for i := range 1 + g.IntN(3) {
		name := fmt.Sprintf("c%d", i)
		bend := Uses(name)
		if g.chance(8) {
			bend, name = WithEphemeral(name), "p-"+name
		}
		bend(p)
		if g.chance(15) {
			continue // the claim does not exist
		}
		c := g.claim(name)
		if name[0] == 'p' && !g.chance(4) {
			c.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(p, corev1.SchemeGroupVersion.WithKind("Pod"))}
		}
		g.claims = append(g.claims, c)
	}
	if g.chance(6) {
		Requests(corev1.ResourceCPU, oneOf(g, "1", "3", "8"))(p)
	}
	if g.chance(10) {
		p.Spec.NodeSelector = map[string]string{corev1.LabelTopologyZone: "a"}
	}
	if g.chance(10) {
		nodeNamed(oneOf(g, "n0", "n1", "gone"))(p)
	}
	if g.chance(6) {
		PodLabel("app", "x")(p)
		oneOf(g, near(app("x")), apart(app("x")), spread(corev1.LabelTopologyZone, 1), spread(corev1.LabelHostname, 1))(p)
	}
	if g.chance(40) { // what the API server would not accept
		oneOf(g, apart(map[string]string{"not a label": "x"}), near(app("not a value")), spread("", 0), Requests("", "1"), Requests(corev1.ResourceCPU, "-1"))(p)
	}
	return p
}

func (g *generator) otherPod() *corev1.Pod {
	p := Pod(g.name("other"), RunsOn(fmt.Sprintf("n%d", g.IntN(9))), PodLabel("app", oneOf(g, "x", "y")))
	if g.chance(3) {
		Uses(oneOf(g, "c0", "c1", "absent"))(p)
	}
	if g.chance(3) {
		Requests(corev1.ResourceCPU, "3")(p)
	}
	if g.chance(6) {
		oneOf(g, apart(app("x")), apart(map[string]string{"not a label": "x"}), near(app("x")))(p)
	}
	p.Status.Phase = oneOf(g, corev1.PodRunning, corev1.PodRunning, corev1.PodRunning, corev1.PodSucceeded, corev1.PodFailed)
	if g.chance(6) {
		p.Spec.NodeName, p.Status.Phase = "", corev1.PodPending
	}
	if g.chance(6) {
		Deleting(p)
	}
	return p
}

// size is never the same twice.
func (g *generator) size() resource.Quantity {
	g.sizes++
	return *resource.NewQuantity(int64(1+g.IntN(20))<<30+int64(g.sizes)<<20, resource.BinarySI)
}

func (g *generator) claim(name string) *corev1.PersistentVolumeClaim {
	c := Claim(name, WantsClass(oneOf(g, Class, Class, Class, Class, dynamic, "here", immediate, "", missing)))
	c.Spec.Resources.Requests[corev1.ResourceStorage] = g.size()
	if g.chance(12) {
		metav1.SetMetaDataAnnotation(&c.ObjectMeta, corev1.BetaStorageClassAnnotation, Class)
	}
	if g.chance(12) {
		c.Spec.VolumeMode = new(corev1.PersistentVolumeBlock)
	}
	if g.chance(12) {
		c.Spec.VolumeAttributesClassName = new("gold")
	}
	if g.chance(10) {
		c.Spec.AccessModes = []corev1.PersistentVolumeAccessMode{oneOf(g, corev1.ReadWriteMany, corev1.ReadWriteOncePod)}
	}
	if g.chance(8) {
		WantsLabel("disk", "ssd")(c)
	}
	if g.chance(60) { // not a selector at all
		c.Spec.Selector = badSelector()
	}
	if g.chance(15) {
		metav1.SetMetaDataAnnotation(&c.ObjectMeta, volumehelpers.AnnSelectedNode, g.host())
	}
	switch g.IntN(24) {
	case 0:
		c.Status.Phase = corev1.ClaimLost
	case 1:
		Deleting(c)
	case 2:
		c.Spec.VolumeName = fmt.Sprintf("v%03d", g.IntN(40)) // named, not bound
	case 3, 4, 5:
		BoundTo(fmt.Sprintf("v%03d", g.IntN(40)))(c) // of some volume, or of none
	}
	return c
}

func (g *generator) volume() *corev1.PersistentVolume {
	v := Volume(g.name("v"), OfClass(oneOf(g, Class, Class, Class, Class, dynamic, "here", immediate, "", missing)), On(g.host()))
	v.Spec.Capacity[corev1.ResourceStorage] = g.size()
	v.Status.Phase = oneOf(g, corev1.VolumeAvailable, corev1.VolumeAvailable, corev1.VolumeAvailable, corev1.VolumeAvailable,
		corev1.VolumePending, corev1.VolumeReleased, corev1.VolumeFailed, "")
	if g.chance(2) {
		g.move(v)
	}
	if g.chance(12) {
		metav1.SetMetaDataAnnotation(&v.ObjectMeta, corev1.BetaStorageClassAnnotation, oneOf(g, Class, immediate))
	}
	if g.chance(10) {
		v.Spec.VolumeMode = new(corev1.PersistentVolumeBlock)
	}
	if g.chance(10) {
		v.Spec.AccessModes = append(v.Spec.AccessModes, corev1.ReadWriteMany, corev1.ReadWriteOncePod)
	}
	if g.chance(15) {
		v.Spec.VolumeAttributesClassName = new("gold")
	}
	if g.chance(2) {
		v.Labels = map[string]string{"disk": oneOf(g, "ssd", "hdd")}
	}
	if g.chance(10) {
		metav1.SetMetaDataLabel(&v.ObjectMeta, corev1.LabelTopologyZone, oneOf(g, "a", "b"))
	}
	if g.chance(12) {
		Deleting(v)
	}
	if g.chance(12) {
		byCSI(v)
	}
	g.reserve(v)
	return v
}

func (g *generator) reserve(v *corev1.PersistentVolume) {
	if !g.chance(3) {
		return
	}
	name := fmt.Sprintf("c%d", g.IntN(3))
	ReservedFor(name)(v)
	switch g.IntN(4) {
	case 0:
		v.Spec.ClaimRef.Namespace = "elsewhere"
	case 1:
		v.Spec.ClaimRef.UID = types.UID("an earlier one")
	default:
		if g.reserved[name] {
			v.Spec.ClaimRef.Name = "absent"
		}
		g.reserved[name] = true
		if g.chance(2) {
			v.Spec.ClaimRef.UID = UID(name)
		}
	}
}

// move gives a volume any node affinity that the API server would accept, and a few that it would not.
func (g *generator) move(v *corev1.PersistentVolume) {
	if g.chance(5) {
		oneOf(g, Anywhere, unrequired, Within(), Within(corev1.NodeSelectorTerm{}))(v)
		return
	}
	var terms []corev1.NodeSelectorTerm
	for range 1 + g.IntN(3) {
		t := Term(g.requirement())
		for g.chance(3) {
			t.MatchExpressions = append(t.MatchExpressions, g.requirement())
		}
		if g.chance(10) {
			t.MatchFields = []corev1.NodeSelectorRequirement{In(metav1.ObjectNameField, "n0")}
		}
		if g.chance(20) {
			t.MatchExpressions = nil
		}
		terms = append(terms, t)
	}
	Within(terms...)(v)
}

func unrequired(v *corev1.PersistentVolume) { v.Spec.NodeAffinity = &corev1.VolumeNodeAffinity{} }

func (g *generator) requirement() corev1.NodeSelectorRequirement {
	switch g.IntN(12) {
	case 0:
		return corev1.NodeSelectorRequirement{Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpNotIn, Values: []string{g.host()}}
	case 1:
		return corev1.NodeSelectorRequirement{Key: topologyKey, Operator: oneOf(g, corev1.NodeSelectorOpExists, corev1.NodeSelectorOpDoesNotExist)}
	case 2:
		return corev1.NodeSelectorRequirement{Key: "generation", Operator: oneOf(g, corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt), Values: []string{oneOf(g, "1", "2", "new")}}
	case 3:
		return In(topologyKey, fmt.Sprintf("t%d", g.IntN(9)))
	case 4:
		return In(corev1.LabelTopologyZone, oneOf(g, "a", "b"))
	case 5:
		return In(corev1.LabelHostname, oneOf(g, nil, []string{"not a label"}, []string{"n0", "n0"})...)
	case 6:
		return corev1.NodeSelectorRequirement{Key: corev1.LabelHostname, Operator: "Near", Values: []string{g.host()}}
	default:
		return In(corev1.LabelHostname, g.host(), g.host())
	}
}

func badSelector() *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "disk", Operator: "Like"}}}
}
