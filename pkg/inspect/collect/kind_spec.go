package collect

import (
	"cmp"
	"context"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// object is any typed Kubernetes object.
type object interface {
	metav1.Object
	runtime.Object
}

// scope says in which namespaces a kind is read.
type scope int

const (
	// cluster: the kind has no namespaces.
	cluster scope = iota
	// everywhere: in all namespaces, unless the caller narrows the kind by name.
	everywhere
	// local: in the caller's namespace, if there is one.
	local
)

// kindSpec is one row of the table of kinds: how to list it, decode it and where it goes.
type kindSpec struct {
	kind  inspect.Kind
	gvk   schema.GroupVersionKind
	scope scope
	// only is the single namespace in which the kind is read, if it is not empty.
	only string
	// selectors are the field selectors under which the kind is listed, one list each; empty: one list of all.
	selectors []string

	list  func(ctx context.Context, client kubernetes.Interface, namespace string, opts metav1.ListOptions) (page, error)
	empty func() object
	store func(*inspect.Snapshot, []object)
}

// pageWriter is one page of a list.
type page struct {
	items []object
	next  string
}

// pointer ties an object type to its pointer, which has the methods.
type pointer[T any] interface {
	*T
	object
}

// newKindSpec builds the table's row for a type: api returns the typed client's List for a namespace, items the items
// of its list, and field where they go in a Snapshot.
func newKindSpec[T any, P pointer[T], L metav1.ListInterface](
	kind inspect.Kind, gvk schema.GroupVersionKind, scope scope,
	api func(client kubernetes.Interface, namespace string) func(context.Context, metav1.ListOptions) (L, error),
	items func(L) []T,
	field func(*inspect.Snapshot) *[]P,
) kindSpec {
	return kindSpec{
		kind: kind, gvk: gvk, scope: scope,
		list: func(ctx context.Context, client kubernetes.Interface, namespace string, opts metav1.ListOptions) (page, error) {
			l, err := api(client, namespace)(ctx, opts)
			if err != nil {
				return page{}, err
			}
			return page{items: pointers[T, P](items(l)), next: l.GetContinue()}, nil
		},
		empty: func() object { return P(new(T)) },
		store: func(s *inspect.Snapshot, objects []object) { *field(s) = typed[P](objects) },
	}
}

// pointers are to the items themselves: all of them are kept, so none needs to be copied. Managed fields go at
// once; nothing reads them, and they are often larger than the rest.
func pointers[T any, P pointer[T]](items []T) []object {
	out := make([]object, len(items))
	for i := range items {
		p := P(&items[i])
		p.SetManagedFields(nil)
		out[i] = p
	}
	return out
}

func typed[P object](objects []object) []P {
	if len(objects) == 0 {
		return nil
	}
	slices.SortStableFunc(objects, func(a, b object) int {
		return cmp.Or(cmp.Compare(a.GetNamespace(), b.GetNamespace()), cmp.Compare(a.GetName(), b.GetName()))
	})
	out := make([]P, 0, len(objects))
	for _, o := range objects {
		if p, ok := o.(P); ok {
			out = append(out, p)
		}
	}
	return out
}
