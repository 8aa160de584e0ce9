package cmdtest

import (
	"errors"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
)

// Cluster serves the objects of a file, with changes.
func Cluster(t *testing.T, file string, changes ...func(*inspect.Snapshot)) *fake.Clientset {
	t.Helper()
	s, err := collect.Files(t.Context(), Now, []string{file}, nil, collect.Options{Kinds: []inspect.Kind{
		inspect.Nodes, inspect.PersistentVolumes, inspect.PersistentVolumeClaims, inspect.Pods, inspect.Namespaces, inspect.StorageClasses,
		inspect.ReplicaSets, inspect.StatefulSets, inspect.DaemonSets, inspect.Deployments, inspect.Jobs, inspect.PodDisruptionBudgets}})
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range changes {
		change(s)
	}
	var objects []runtime.Object
	add(&objects, s.Nodes)
	add(&objects, s.Volumes)
	add(&objects, s.Claims)
	add(&objects, s.Pods)
	add(&objects, s.Namespaces)
	add(&objects, s.Classes)
	add(&objects, s.ReplicaSets)
	add(&objects, s.StatefulSets)
	add(&objects, s.DaemonSets)
	add(&objects, s.Deployments)
	add(&objects, s.Jobs)
	add(&objects, s.PodDisruptionBudgets)
	return fake.NewClientset(objects...)
}

func add[T runtime.Object](objects *[]runtime.Object, more []T) {
	for _, o := range more {
		*objects = append(*objects, o)
	}
}

// Forbid makes a cluster refuse to list a kind.
func Forbid(client *fake.Clientset, resource string) {
	client.PrependReactor("list", resource, func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, nil, apierrors.NewForbidden(schema.GroupResource{Resource: resource}, "",
			errors.New(`User "jane" cannot list resource "`+resource+`" in API group "" at the cluster scope`))
	})
}
