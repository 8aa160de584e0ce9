package collect

import (
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	resourcev1 "k8s.io/api/resource/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// taken is when every snapshot of these tests is taken.
func taken() time.Time { return time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC) }

func meta(namespace, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Namespace: namespace, Name: name, UID: types.UID("uid-" + name), ResourceVersion: "7",
		CreationTimestamp: metav1.NewTime(taken().Add(-time.Hour).Local()),
		Labels:            map[string]string{"yes": "no", "number": "007"},
	}
}

// managed is an object's metadata as the server keeps it.
func managed(m metav1.ObjectMeta) metav1.ObjectMeta {
	m.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kubectl", Operation: metav1.ManagedFieldsOperationApply,
		FieldsType: "FieldsV1", FieldsV1: metav1.NewFieldsV1(`{"f:spec":{}}`)}}
	return m
}

func volume(name string) *corev1.PersistentVolume {
	return &corev1.PersistentVolume{
		ObjectMeta: managed(meta("", name)),
		Spec: corev1.PersistentVolumeSpec{
			Capacity:               corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("100Gi")},
			AccessModes:            []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			PersistentVolumeSource: corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: "/mnt/" + name}},
			StorageClassName:       "local-ssd",
		},
		Status: corev1.PersistentVolumeStatus{Phase: corev1.VolumeAvailable},
	}
}

func claim(namespace, name string) *corev1.PersistentVolumeClaim {
	return &corev1.PersistentVolumeClaim{ObjectMeta: managed(meta(namespace, name))}
}

func pod(namespace, name string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: managed(meta(namespace, name)), Spec: corev1.PodSpec{NodeName: "node-0"}}
}

func node(name string) *corev1.Node { return &corev1.Node{ObjectMeta: managed(meta("", name))} }

func lease(namespace, name string) *coordinationv1.Lease {
	return &coordinationv1.Lease{ObjectMeta: managed(meta(namespace, name))}
}

// event is about an object of a kind.
func event(namespace, name, kind, reason string) *corev1.Event {
	return &corev1.Event{ObjectMeta: managed(meta(namespace, name)), Reason: reason,
		InvolvedObject: corev1.ObjectReference{Kind: kind, Namespace: namespace, Name: "x"}}
}

// oneOfEach is an object of every kind that a Snapshot holds.
func oneOfEach() []runtime.Object {
	return []runtime.Object{
		node("node-0"),
		&corev1.Namespace{ObjectMeta: managed(meta("", "shop"))},
		pod("shop", "mysql-0"),
		volume("local-pv-0"),
		claim("shop", "data-mysql-0"),
		event("shop", "mysql-0.1", "Pod", "FailedScheduling"),
		&storagev1.StorageClass{ObjectMeta: managed(meta("", "local-ssd")), Provisioner: "kubernetes.io/no-provisioner"},
		&storagev1.CSINode{ObjectMeta: managed(meta("", "node-0"))},
		&storagev1.CSIDriver{ObjectMeta: managed(meta("", "csi.example.com"))},
		&storagev1.CSIStorageCapacity{ObjectMeta: managed(meta("csi", "cap-0"))},
		&appsv1.StatefulSet{ObjectMeta: managed(meta("shop", "mysql"))},
		&appsv1.ReplicaSet{ObjectMeta: managed(meta("shop", "web-5d"))},
		&appsv1.Deployment{ObjectMeta: managed(meta("shop", "web"))},
		&appsv1.DaemonSet{ObjectMeta: managed(meta("shop", "agent"))},
		&batchv1.Job{ObjectMeta: managed(meta("shop", "import"))},
		lease(corev1.NamespaceNodeLease, "node-0"),
		&policyv1.PodDisruptionBudget{ObjectMeta: managed(meta("shop", "mysql"))},
		&resourcev1.ResourceClaim{ObjectMeta: managed(meta("shop", "gpu"))},
		&resourcev1.ResourceSlice{ObjectMeta: managed(meta("", "slice-0"))},
		&resourcev1.DeviceClass{ObjectMeta: managed(meta("", "gpu.example.com"))},
	}
}

func allKinds() []inspect.Kind {
	var kinds []inspect.Kind
	for _, r := range table() {
		kinds = append(kinds, r.kind)
	}
	return kinds
}

// keep returns a Note that keeps its lines.
func keep(lines *[]string) func(string) { return func(line string) { *lines = append(*lines, line) } }

// names are the names of the volumes of a snapshot.
func names(s *inspect.Snapshot) []string {
	var out []string
	for _, v := range s.Volumes {
		out = append(out, v.Name)
	}
	return out
}

func readFiles(t *testing.T, opts Options, paths ...string) (*inspect.Snapshot, error) {
	t.Helper()
	return Files(t.Context(), taken, paths, nil, opts)
}
