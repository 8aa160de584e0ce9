package collect

import (
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	resourcev1 "k8s.io/api/resource/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// served is an object as the server returns it, with labels that YAML could take for something else.
func served[T metav1.Object](o T) T {
	o.SetResourceVersion("7")
	o.SetCreationTimestamp(metav1.NewTime(Ago(time.Hour).Local()))
	o.SetLabels(map[string]string{"yes": "no", "number": "007"})
	o.SetManagedFields([]metav1.ManagedFieldsEntry{{Manager: "kubectl", Operation: metav1.ManagedFieldsOperationApply,
		FieldsType: "FieldsV1", FieldsV1: metav1.NewFieldsV1(`{"f:spec":{}}`)}})
	return o
}

// in moves an object to another namespace.
func in[T metav1.Object](namespace string, o T) T {
	o.SetNamespace(namespace)
	return o
}

// event is about an object of a kind.
func event(name, kind, reason string) *corev1.Event {
	return &corev1.Event{ObjectMeta: meta(name), Reason: reason, InvolvedObject: corev1.ObjectReference{Kind: kind, Namespace: Ns, Name: "x"}}
}

// meta is that of an object in the namespace.
func meta(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: Ns, Name: name, UID: UID(name)}
}

// oneOfEach is an object of every kind that a Snapshot holds.
func oneOfEach() []runtime.Object {
	return []runtime.Object{
		served(Node("node-0")),
		served(in("", &corev1.Namespace{ObjectMeta: meta(Ns)})),
		served(Pod("mysql-0", RunsOn("node-0"))),
		served(Volume("local-pv-0")),
		served(Claim("data-mysql-0")),
		served(event("mysql-0.1", "Pod", "FailedScheduling")),
		served(StorageClass(Class)),
		served(in("", &storagev1.CSINode{ObjectMeta: meta("node-0")})),
		served(in("", &storagev1.CSIDriver{ObjectMeta: meta("csi.example.com")})),
		served(in("csi", &storagev1.CSIStorageCapacity{ObjectMeta: meta("cap-0")})),
		served(StatefulSet("mysql", 1)),
		served(ReplicaSet("web-5d", 1, "web")),
		served(&appsv1.Deployment{ObjectMeta: meta("web")}),
		served(DaemonSet("agent")),
		served(Job("import")),
		served(Lease("node-0", "7")),
		served(Budget("mysql", "mysql", 1)),
		served(&resourcev1.ResourceClaim{ObjectMeta: meta("gpu")}),
		served(in("", &resourcev1.ResourceSlice{ObjectMeta: meta("slice-0")})),
		served(in("", &resourcev1.DeviceClass{ObjectMeta: meta("gpu.example.com")})),
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
	return Files(t.Context(), Now, paths, nil, opts)
}
