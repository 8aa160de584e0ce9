package collect

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// pageSize is how many objects are asked for at a time. The server serves pages from its watch cache, so that
// large ones cost it little; each costs a round trip, and holds its encoded form in memory while it is decoded.
const pageSize = 2000

// result is what came of reading one kind.
type result struct {
	objects []object
	gaps    []inspect.Gap
	notes   []string
}

// kindReader reads one kind.
type kindReader struct {
	kindSpec
	client kubernetes.Interface
	opts   Options
}

// read reads the kind where it is wanted. Whoever may not read it everywhere gets what is in their own namespace,
// and a gap that names it.
func (k kindReader) read(ctx context.Context) (result, error) {
	namespace := k.namespace()
	res, err := k.readIn(ctx, namespace)
	if !apierrors.IsForbidden(err) {
		return k.orGap(res, namespace, err)
	}
	if own := k.opts.Namespace; k.scope == everywhere && namespace == corev1.NamespaceAll && own != "" {
		if res, err := k.readIn(ctx, own); err == nil {
			res.gaps = []inspect.Gap{{Kind: k.kind, Reason: fmt.Sprintf("forbidden: list %s outside namespace %s", k.kind, own)}}
			return res, nil
		}
	}
	return k.orGap(result{}, namespace, err)
}

// namespace is where the kind is read, empty for everywhere.
func (k kindReader) namespace() string {
	switch {
	case k.only != "":
		return k.only
	case k.scope == local, k.scope == everywhere && k.opts.narrows(k.kind):
		return k.opts.Namespace
	}
	return corev1.NamespaceAll
}

// NotServed is the reason of a gap in a kind that the server does not know: it is older than the kind, or has it switched off.
const NotServed = "not served by this server"

// orGap turns the errors that leave the rest of the snapshot useful into gaps.
func (k kindReader) orGap(res result, namespace string, err error) (result, error) {
	switch {
	case err == nil:
		return res, nil
	case apierrors.IsForbidden(err) && k.opts.requires(k.kind):
		return result{}, &ForbiddenError{Kind: k.kind, Namespace: namespace, Err: err}
	case apierrors.IsForbidden(err):
		return k.gap(namespace, fmt.Sprintf("forbidden: list %s", k.kind)), nil
	case apierrors.IsNotFound(err) && k.optional():
		return k.gap("", NotServed), nil
	}
	return result{}, fmt.Errorf("cannot list %s: %w", k.kind, err)
}

// optional reports whether a server may lack the kind: everything but the core group, which only something that is
// no Kubernetes API server lacks.
func (k kindReader) optional() bool {
	return k.gvk.Group != corev1.GroupName && !k.opts.requires(k.kind)
}

func (k kindReader) gap(namespace, reason string) result {
	return result{gaps: []inspect.Gap{{Kind: k.kind, Namespace: namespace, Reason: reason}}}
}

func (k kindReader) readIn(ctx context.Context, namespace string) (result, error) {
	selectors := k.selectors
	if len(selectors) == 0 {
		selectors = []string{""}
	}
	var res result
	for _, fields := range selectors {
		if err := k.listAll(ctx, namespace, fields, &res); err != nil {
			return result{}, err
		}
	}
	return res, nil
}

// listAll adds a whole list to the result, page by page. All pages show the same moment; if the server has
// forgotten that moment before the last page, the pages so far are dropped and the list is read again in one piece,
// which cannot expire. An empty resourceVersion asks for a consistent list, not a cached one that may be old.
func (k kindReader) listAll(ctx context.Context, namespace, fields string, res *result) error {
	start := len(res.objects)
	opts := metav1.ListOptions{FieldSelector: fields, Limit: pageSize}
	for {
		p, err := k.list(ctx, k.client, namespace, opts)
		switch {
		case err == nil:
			res.objects = append(res.objects, p.items...)
			if p.next == "" {
				return nil
			}
			opts.Continue = p.next
		case opts.Continue != "" && apierrors.IsResourceExpired(err):
			clear(res.objects[start:])
			res.objects = res.objects[:start]
			res.notes = append(res.notes, fmt.Sprintf("the list of %s expired while it was read, and was read again in one piece", k.kind))
			opts = metav1.ListOptions{FieldSelector: fields}
		default:
			return err
		}
	}
}
