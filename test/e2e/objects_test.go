package e2e

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestObjectsOfTheTests holds the objects that all tests are made of to the API server: it accepts each of them, and keeps
// what it says. Nothing is created.
func TestObjectsOfTheTests(t *testing.T) {
	const namespace = "objects"
	ctx := within(t)
	if err := cluster.CreateNamespace(ctx, namespace); err != nil {
		t.Fatal(err)
	}
	core, apps := cluster.Client().CoreV1(), cluster.Client().AppsV1()
	tried(ctx, t, core.Nodes(), "", Node("objects-node", Cordoned, OutOfService))
	tried(ctx, t, cluster.Client().StorageV1().StorageClasses(), "", StorageClass("objects-class"))
	tried(ctx, t, core.PersistentVolumes(), "", Volume("objects-volume", ReservedFor("c")))
	tried(ctx, t, core.PersistentVolumeClaims(namespace), namespace, Claim("c", WantsLabel("disk", "ssd")))
	tried(ctx, t, core.Pods(namespace), namespace, Pod("p", Uses("c"), WithEphemeral("scratch"), WithEmptyDir, ToleratesAll))
	tried(ctx, t, apps.StatefulSets(namespace), namespace, StatefulSet("s", 3, Parallel, Apart, WhenDeleted, WithTemplate("wal")))
	tried(ctx, t, apps.ReplicaSets(namespace), namespace, ReplicaSet("r", 1, ""))
	tried(ctx, t, apps.DaemonSets(namespace), namespace, DaemonSet("d"))
	tried(ctx, t, cluster.Client().PolicyV1().PodDisruptionBudgets(namespace), namespace, Budget("b", "app", 1))
}

// creator is a client of one kind.
type creator[O any] interface {
	Create(ctx context.Context, object O, opts metav1.CreateOptions) (O, error)
}

func tried[O metav1.Object](ctx context.Context, t *testing.T, client creator[O], namespace string, object O) {
	t.Helper()
	object.SetNamespace(namespace)
	got, err := client.Create(ctx, Unsaved(object), metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	if err != nil {
		t.Errorf("%T: %v", object, err)
		return
	}
	for _, difference := range lost("", fieldsOf(t, object), fieldsOf(t, got)) {
		t.Errorf("%T: %s", object, difference)
	}
}

// fieldsOf are what an object says but for its status, which is not the creator's to set.
func fieldsOf(t *testing.T, object any) map[string]any {
	t.Helper()
	fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		t.Fatal(err)
	}
	delete(fields, "status")
	return fields
}

// lost are the differences of what was said from what is there now. There may be more: admission adds to Pods.
func lost(path string, said, now any) []string {
	var all []string
	switch said := said.(type) {
	case map[string]any:
		there, _ := now.(map[string]any)
		for key, value := range said {
			all = append(all, lost(path+"."+key, value, there[key])...)
		}
	case []any:
		there, _ := now.([]any)
		there = append(slices.Clone(there), make([]any, len(said))...)
		for i, value := range said {
			all = append(all, lost(fmt.Sprintf("%s[%d]", path, i), value, there[i])...)
		}
	default:
		if said != nil && !reflect.DeepEqual(said, now) {
			all = append(all, fmt.Sprintf("%s is %v instead of %v", path, now, said))
		}
	}
	slices.Sort(all)
	return all
}
