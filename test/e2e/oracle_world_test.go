package e2e

import (
	"fmt"
	"math/rand/v2"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// world is what one seed comes to: Nodes, volumes and claims of all kinds, Pods that run, and Pods to be placed.
//
// Whatever could go either way is left out, so that there is one right answer: equal capacities (of equal volumes the
// scheduler takes any), equal requests of one Pod's claims (they are sorted unstably), priorities (a preempting Pod waits
// for its victims), and classes whose provisioner could be asked (the scheduler then holds a place that only it knows of).
type world struct {
	name      string // also the namespace, and the value of the label pool
	random    *rand.Rand
	nodes     []*corev1.Node
	classes   []*storagev1.StorageClass
	drivers   []*storagev1.CSIDriver
	rooms     []*storagev1.CSIStorageCapacity
	volumes   []*corev1.PersistentVolume
	claims    []*corev1.PersistentVolumeClaim
	terminate []string // claims to delete while a running Pod holds them
	running   []*corev1.Pod
	pods      []*corev1.Pod
	reserves  []*corev1.Pod
}

// The classes of a world, behind its name.
const (
	delayed   = "delayed"   // no provisioner, WaitForFirstConsumer
	immediate = "immediate" // no provisioner, Immediate
	crowded   = "crowded"   // CSI with capacities that are too small everywhere
	elsewhere = "elsewhere" // CSI whose topology no Node has
)

// generate makes the world of a seed. Equal seeds make equal worlds.
func generate(seed uint64) *world {
	w := &world{name: fmt.Sprintf("oracle-%d", seed), random: rand.New(rand.NewPCG(seed, 0x10ca1))}
	w.addClasses()
	for i := range 5 + w.random.IntN(4) {
		w.addNode(i)
	}
	for i, node := range w.nodes {
		for range w.random.IntN(5) {
			w.addVolume(node)
		}
		w.addRoom(i, node)
	}
	for i := range 6 {
		w.addBoundClaim(i)
	}
	w.addRunning()
	for i := range podsPerSeed {
		w.addPod(i)
	}
	for i := range reservesPerSeed {
		w.addReserve(i)
	}
	return w
}

// chance is true in so many of a hundred cases.
func (w *world) chance(percent int) bool { return w.random.IntN(100) < percent }

func pick[T any](w *world, from ...T) T { return from[w.random.IntN(len(from))] }

func (w *world) class(kind string) string { return w.name + "-" + kind }

func (w *world) addClasses() {
	class := func(kind, provisioner string, mode storagev1.VolumeBindingMode) *storagev1.StorageClass {
		return &storagev1.StorageClass{ObjectMeta: metav1.ObjectMeta{Name: w.class(kind)}, Provisioner: provisioner, VolumeBindingMode: &mode}
	}
	driver := w.class(crowded) + ".example.com"
	away := class(elsewhere, w.class(elsewhere)+".example.com", storagev1.VolumeBindingWaitForFirstConsumer)
	away.AllowedTopologies = []corev1.TopologySelectorTerm{{
		MatchLabelExpressions: []corev1.TopologySelectorLabelRequirement{{Key: "rack", Values: []string{"nowhere"}}},
	}}
	w.classes = []*storagev1.StorageClass{
		class(delayed, "kubernetes.io/no-provisioner", storagev1.VolumeBindingWaitForFirstConsumer),
		class(immediate, "kubernetes.io/no-provisioner", storagev1.VolumeBindingImmediate),
		class(crowded, driver, storagev1.VolumeBindingWaitForFirstConsumer),
		away,
	}
	w.drivers = []*storagev1.CSIDriver{{
		ObjectMeta: metav1.ObjectMeta{Name: driver}, Spec: storagev1.CSIDriverSpec{StorageCapacity: ptr.To(true), AttachRequired: ptr.To(false)},
	}}
}

func (w *world) addNode(i int) {
	node := controlplane.NewNode(fmt.Sprintf("%s-node-%d", w.name, i))
	node.Labels["pool"] = w.name
	node.Labels[controlplane.KubeletLabel] = "alive"
	if w.chance(20) {
		node.Labels[corev1.LabelHostname] = fmt.Sprintf("%s-host-%d", w.name, i)
	}
	if w.chance(85) {
		node.Labels[corev1.LabelTopologyZone] = pick(w, w.name+"-a", w.name+"-b")
	}
	node.Labels["disk"] = pick(w, "ssd", "hdd")
	node.Labels["generation"] = fmt.Sprint(1 + w.random.IntN(5))
	room := corev1.ResourceList{
		corev1.ResourceCPU:    *resource.NewQuantity(int64(pick(w, 2, 4, 8)), resource.DecimalSI),
		corev1.ResourceMemory: *resource.NewQuantity(int64(pick(w, 4, 8, 16))<<30, resource.BinarySI),
		corev1.ResourcePods:   *resource.NewQuantity(int64(pick(w, 8, 20, 110)), resource.DecimalSI),
	}
	if w.chance(40) {
		room["example.com/gpu"] = resource.MustParse("2")
	}
	node.Status.Capacity, node.Status.Allocatable = room, room.DeepCopy()
	taint := func(percent int, key string, effect corev1.TaintEffect) {
		if w.chance(percent) {
			node.Spec.Taints = append(node.Spec.Taints, corev1.Taint{Key: key, Value: "yes", Effect: effect})
		}
	}
	taint(20, "dedicated", corev1.TaintEffectNoSchedule)
	taint(10, "draining", corev1.TaintEffectNoExecute)
	taint(15, "spot", corev1.TaintEffectPreferNoSchedule)
	node.Spec.Unschedulable = w.chance(10)
	if w.chance(8) {
		metav1.SetMetaDataAnnotation(&node.ObjectMeta, controlplane.UnreadyAnnotation, "true")
	}
	w.nodes = append(w.nodes, node)
}

// addVolume puts a volume on a Node. No two volumes of a world have the same capacity.
func (w *world) addVolume(node *corev1.Node) *corev1.PersistentVolume {
	i := len(w.volumes)
	size := resource.NewQuantity(int64(10+5*w.random.IntN(12))<<30+int64(i)<<20, resource.BinarySI)
	volume := &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("%s-volume-%d", w.name, i), Labels: map[string]string{"media": pick(w, "ssd", "hdd")}},
		Spec: corev1.PersistentVolumeSpec{
			StorageClassName:              w.class(pick(w, delayed, delayed, delayed, immediate)),
			Capacity:                      corev1.ResourceList{corev1.ResourceStorage: *size},
			AccessModes:                   []corev1.PersistentVolumeAccessMode{pick(w, corev1.ReadWriteOnce, corev1.ReadWriteOnce, corev1.ReadWriteMany)},
			VolumeMode:                    ptr.To(pick(w, corev1.PersistentVolumeFilesystem, corev1.PersistentVolumeFilesystem, corev1.PersistentVolumeBlock)),
			PersistentVolumeReclaimPolicy: corev1.PersistentVolumeReclaimRetain,
			PersistentVolumeSource:        corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: fmt.Sprintf("/mnt/disks/%d", i)}},
			NodeAffinity:                  w.affinity(node),
		},
	}
	switch {
	case w.chance(10): // reserved for a claim that nobody creates
		volume.Spec.ClaimRef = &corev1.ObjectReference{Namespace: w.name, Name: "later"}
	case w.chance(10): //nolint:gocritic // another throw of the dice: Released
		volume.Spec.ClaimRef = &corev1.ObjectReference{Namespace: w.name, Name: "earlier", UID: "00000000-0000-0000-0000-000000000001"}
	}
	w.volumes = append(w.volumes, volume)
	return volume
}

// affinity is mostly that of one host; also of two hosts, of a zone, and of a host that is gone.
func (w *world) affinity(node *corev1.Node) *corev1.VolumeNodeAffinity {
	need := corev1.NodeSelectorRequirement{Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn, Values: []string{node.Labels[corev1.LabelHostname]}}
	switch zone, zoned := node.Labels[corev1.LabelTopologyZone]; {
	case w.chance(8):
		need.Values = append(need.Values, w.nodes[0].Labels[corev1.LabelHostname])
	case w.chance(8): //nolint:gocritic // another throw of the dice
		need.Values = []string{w.name + "-gone"}
	case zoned && w.chance(8):
		need = corev1.NodeSelectorRequirement{Key: corev1.LabelTopologyZone, Operator: corev1.NodeSelectorOpIn, Values: []string{zone}}
	}
	return &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{
		NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{need}}},
	}}
}

// addRoom reports a little room for the crowded class on a Node, less than any claim asks for.
func (w *world) addRoom(i int, node *corev1.Node) {
	w.rooms = append(w.rooms, &storagev1.CSIStorageCapacity{
		ObjectMeta:       metav1.ObjectMeta{Name: fmt.Sprintf("room-%d", i), Namespace: w.name},
		StorageClassName: w.class(crowded),
		NodeTopology:     &metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelHostname: node.Labels[corev1.LabelHostname]}},
		Capacity:         resource.NewQuantity(1<<30, resource.BinarySI),
	})
}

// addBoundClaim makes a claim with a volume of its own: both name the other, so the controller binds them wherever the
// volume is. Some of these claims are to be deleted while a Pod holds them.
func (w *world) addBoundClaim(i int) {
	volume := w.addVolume(pick(w, w.nodes...))
	volume.Spec.StorageClassName = w.class(delayed)
	mode := pick(w, corev1.ReadWriteOnce, corev1.ReadWriteOnce, corev1.ReadWriteOncePod)
	volume.Spec.AccessModes = []corev1.PersistentVolumeAccessMode{mode}
	volume.Spec.VolumeMode = nil
	claim := w.claim(fmt.Sprintf("bound-%d", i), delayed, 1)
	claim.Spec.AccessModes = volume.Spec.AccessModes
	claim.Spec.VolumeName = volume.Name
	volume.Spec.ClaimRef = &corev1.ObjectReference{Namespace: w.name, Name: claim.Name}
	w.claims = append(w.claims, claim)
}

func (w *world) claim(name, class string, gib int) *corev1.PersistentVolumeClaim {
	return &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: w.name},
		Spec: corev1.PersistentVolumeClaimSpec{
			StorageClassName: ptr.To(w.class(class)),
			AccessModes:      []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			Resources: corev1.VolumeResourceRequirements{
				Requests: corev1.ResourceList{corev1.ResourceStorage: *resource.NewQuantity(int64(gib)<<30, resource.BinarySI)},
			},
		},
	}
}
