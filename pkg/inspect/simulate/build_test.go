package simulate

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	resourcev1 "k8s.io/api/resource/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Objects are valid by default; a test bends the one field that it is about.

const (
	waiting   = "local-ssd"   // WaitForFirstConsumer, no provisioner
	immediate = "immediate"   // Immediate, no provisioner
	dynamic   = "provisioned" // WaitForFirstConsumer, with a provisioner
	driver    = "disk.example.com"
)

func snapshot(objects ...runtime.Object) *inspect.Snapshot {
	s := &inspect.Snapshot{}
	for _, o := range objects {
		switch o := o.(type) {
		case *corev1.Node:
			s.Nodes = append(s.Nodes, o)
		case *corev1.Namespace:
			s.Namespaces = append(s.Namespaces, o)
		case *corev1.Pod:
			s.Pods = append(s.Pods, o)
		case *corev1.PersistentVolume:
			s.Volumes = append(s.Volumes, o)
		case *corev1.PersistentVolumeClaim:
			s.Claims = append(s.Claims, o)
		case *storagev1.StorageClass:
			s.Classes = append(s.Classes, o)
		case *storagev1.CSINode:
			s.CSINodes = append(s.CSINodes, o)
		case *storagev1.CSIDriver:
			s.CSIDrivers = append(s.CSIDrivers, o)
		case *resourcev1.ResourceClaim:
			s.ResourceClaims = append(s.ResourceClaims, o)
		case *resourcev1.ResourceSlice:
			s.ResourceSlices = append(s.ResourceSlices, o)
		case *resourcev1.DeviceClass:
			s.DeviceClasses = append(s.DeviceClasses, o)
		case *storagev1.CSIStorageCapacity:
			s.CSIStorageCapacities = append(s.CSIStorageCapacities, o)
		default:
			panic("snapshot cannot hold this kind") //nolint:forbidigo // a mistake of a test, not of the code
		}
	}
	return s
}

func classes() []runtime.Object {
	return []runtime.Object{
		class(waiting, volumehelpers.NotSupportedProvisioner, storagev1.VolumeBindingWaitForFirstConsumer),
		class(immediate, volumehelpers.NotSupportedProvisioner, storagev1.VolumeBindingImmediate),
		class(dynamic, driver, storagev1.VolumeBindingWaitForFirstConsumer),
	}
}

func class(name, provisioner string, mode storagev1.VolumeBindingMode) *storagev1.StorageClass {
	return &storagev1.StorageClass{ObjectMeta: metav1.ObjectMeta{Name: name}, Provisioner: provisioner, VolumeBindingMode: &mode}
}

func node(name string, bend ...func(*corev1.Node)) *corev1.Node {
	room := corev1.ResourceList{
		corev1.ResourceCPU:    resource.MustParse("4"),
		corev1.ResourceMemory: resource.MustParse("8Gi"),
		corev1.ResourcePods:   resource.MustParse("10"),
	}
	n := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelHostname: name, corev1.LabelTopologyZone: "z"}},
		Status:     corev1.NodeStatus{Allocatable: room, Capacity: room},
	}
	for _, f := range bend {
		f(n)
	}
	return n
}

func pod(name string, bend ...func(*corev1.Pod)) *corev1.Pod {
	p := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name, UID: uidOf("pod", name)},
		Spec:       corev1.PodSpec{SchedulerName: "default-scheduler", Containers: []corev1.Container{{Name: "c", Image: "i"}}},
		Status:     corev1.PodStatus{Phase: corev1.PodPending},
	}
	for _, f := range bend {
		f(p)
	}
	return p
}

func on(node string) func(*corev1.Pod) {
	return func(p *corev1.Pod) { p.Spec.NodeName, p.Status.Phase = node, corev1.PodRunning }
}

func labeled(labels map[string]string) func(*corev1.Pod) {
	return func(p *corev1.Pod) { p.Labels = labels }
}

func asking(name corev1.ResourceName, quantity string) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		p.Spec.Containers[0].Resources.Requests = corev1.ResourceList{name: resource.MustParse(quantity)}
	}
}

func using(claims ...string) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		for _, c := range claims {
			p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: c, VolumeSource: corev1.VolumeSource{
				PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: c}}})
		}
	}
}

// ephemeral gives a Pod a generic ephemeral volume, whose claim is called <pod>-<name>.
func ephemeral(name string) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{
			Ephemeral: &corev1.EphemeralVolumeSource{VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{}}}})
	}
}

func claim(name, class, size string, bend ...func(*corev1.PersistentVolumeClaim)) *corev1.PersistentVolumeClaim {
	c := &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name, UID: uidOf("claim", name)},
		Spec: corev1.PersistentVolumeClaimSpec{
			StorageClassName: &class,
			AccessModes:      []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			Resources:        corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(size)}},
		},
		Status: corev1.PersistentVolumeClaimStatus{Phase: corev1.ClaimPending},
	}
	for _, f := range bend {
		f(c)
	}
	return c
}

func boundTo(volume string) func(*corev1.PersistentVolumeClaim) {
	return func(c *corev1.PersistentVolumeClaim) {
		c.Spec.VolumeName, c.Status.Phase = volume, corev1.ClaimBound
		metav1.SetMetaDataAnnotation(&c.ObjectMeta, volumehelpers.AnnBindCompleted, "yes")
	}
}

// volume is an Available local volume on the Node with that host name.
func volume(name, class, size, host string, bend ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
	v := &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: name, UID: uidOf("volume", name)},
		Spec: corev1.PersistentVolumeSpec{
			StorageClassName:       class,
			Capacity:               corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(size)},
			AccessModes:            []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			PersistentVolumeSource: corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: "/mnt/" + name}},
			NodeAffinity:           affinity(term(in(corev1.LabelHostname, host))),
		},
		Status: corev1.PersistentVolumeStatus{Phase: corev1.VolumeAvailable},
	}
	for _, f := range bend {
		f(v)
	}
	return v
}

func reservedFor(claim string) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) {
		v.Spec.ClaimRef = &corev1.ObjectReference{Namespace: "default", Name: claim}
	}
}

func affinity(terms ...corev1.NodeSelectorTerm) *corev1.VolumeNodeAffinity {
	return &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: terms}}
}

func term(requirements ...corev1.NodeSelectorRequirement) corev1.NodeSelectorTerm {
	return corev1.NodeSelectorTerm{MatchExpressions: requirements}
}

func in(key string, values ...string) corev1.NodeSelectorRequirement {
	return corev1.NodeSelectorRequirement{Key: key, Operator: corev1.NodeSelectorOpIn, Values: values}
}

func terminating(m *metav1.ObjectMeta) {
	m.DeletionTimestamp = &metav1.Time{Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
}

func simulator(tb testing.TB, s *inspect.Snapshot) *Simulator {
	tb.Helper()
	sim, err := New(tb.Context(), s)
	if err != nil {
		tb.Fatal(err)
	}
	return sim
}

func verdict(tb testing.TB, j inspect.Judge, p *corev1.Pod, c inspect.Change, nodes ...string) *inspect.Verdict {
	tb.Helper()
	v, err := j.Verdict(tb.Context(), p, c, nodes)
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

func uidOf(kind, name string) types.UID { return types.UID(kind + "-" + name) }
