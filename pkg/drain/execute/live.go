package execute

import (
	"context"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/pager"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// live reads what there is now. What does not exist is nil, without an error.
type live struct {
	client  kubernetes.Interface
	bounded func(context.Context) (context.Context, context.CancelFunc)
}

func (l live) volume(ctx context.Context, o drain.Object) (*corev1.PersistentVolume, error) {
	ctx, cancel := l.bounded(ctx)
	defer cancel()
	v, err := l.client.CoreV1().PersistentVolumes().Get(ctx, o.Name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, nil //nolint:nilnil // that it does not exist is an answer
	}
	return v, err
}

// sameVolume is the volume if it is still the one that was planned for, else a refusal.
func (l live) sameVolume(ctx context.Context, o drain.Object) (*corev1.PersistentVolume, error) {
	v, err := l.volume(ctx, o)
	if err != nil {
		return nil, err
	}
	return v, same(v, o)
}

// same refuses if a volume is not the one that was planned for.
func same(v *corev1.PersistentVolume, o drain.Object) error {
	switch {
	case v == nil:
		return refused(fact.New("VolumeDeletedByOther", "volume", o.Name))
	case o.UID != "" && v.UID != o.UID:
		return refused(fact.New("VolumeRecreatedByOther", "volume", o.Name))
	}
	return nil
}

func (l live) claim(ctx context.Context, o drain.Object) (*corev1.PersistentVolumeClaim, error) {
	ctx, cancel := l.bounded(ctx)
	defer cancel()
	c, err := l.client.CoreV1().PersistentVolumeClaims(o.Namespace).Get(ctx, o.Name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, nil //nolint:nilnil // that it does not exist is an answer
	}
	return c, err
}

func (l live) pod(ctx context.Context, o drain.Object) (*corev1.Pod, error) {
	ctx, cancel := l.bounded(ctx)
	defer cancel()
	p, err := l.client.CoreV1().Pods(o.Namespace).Get(ctx, o.Name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, nil //nolint:nilnil // that it does not exist is an answer
	}
	return p, err
}

// naming lists the Pods that name a claim.
func (l live) naming(ctx context.Context, claim drain.Object) ([]*corev1.Pod, error) {
	return l.podsIn(ctx, claim.Namespace, func(p *corev1.Pod) bool { return slices.Contains(inspect.ClaimNames(p), claim.Name) })
}

// podsIn lists the Pods of a namespace that pass, page by page.
func (l live) podsIn(ctx context.Context, namespace string, pass func(*corev1.Pod) bool) ([]*corev1.Pod, error) {
	var found []*corev1.Pod
	err := l.paged(ctx, func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) {
		return l.client.CoreV1().Pods(namespace).List(ctx, opts)
	}, func(o runtime.Object) error {
		if p, ok := o.(*corev1.Pod); ok && pass(p) {
			found = append(found, p)
		}
		return nil
	})
	return found, err
}

// ownedBy lists the Pods of a controller.
func (l live) ownedBy(ctx context.Context, owner drain.Object) ([]*corev1.Pod, error) {
	return l.podsIn(ctx, owner.Namespace, func(p *corev1.Pod) bool {
		ref := metav1.GetControllerOf(p)
		return ref != nil && ref.UID == owner.UID
	})
}

// podsOn lists the Pods on a node.
func (l live) podsOn(ctx context.Context, node string) ([]*corev1.Pod, error) {
	ctx, cancel := l.bounded(ctx)
	defer cancel()
	list, err := l.client.CoreV1().Pods(metav1.NamespaceAll).List(ctx, metav1.ListOptions{
		FieldSelector: fields.OneTermEqualSelector("spec.nodeName", node).String(),
	})
	if err != nil {
		return nil, err
	}
	var out []*corev1.Pod
	for i := range list.Items {
		if p := &list.Items[i]; p.Spec.NodeName == node {
			out = append(out, p)
		}
	}
	return out, nil
}

func (l live) node(ctx context.Context, name string) (*corev1.Node, error) {
	ctx, cancel := l.bounded(ctx)
	defer cancel()
	n, err := l.client.CoreV1().Nodes().Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, nil //nolint:nilnil // that it does not exist is an answer
	}
	return n, err
}

// nodes lists the Nodes, by name.
func (l live) nodes(ctx context.Context) (map[string]*corev1.Node, error) {
	out := map[string]*corev1.Node{}
	err := l.paged(ctx, func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) {
		return l.client.CoreV1().Nodes().List(ctx, opts)
	}, func(o runtime.Object) error {
		if n, ok := o.(*corev1.Node); ok {
			out[n.Name] = n
		}
		return nil
	})
	return out, err
}

// lease is the resourceVersion of a node's lease, empty if there is none.
func (l live) lease(ctx context.Context, node string) (string, error) {
	ctx, cancel := l.bounded(ctx)
	defer cancel()
	lease, err := l.client.CoordinationV1().Leases(corev1.NamespaceNodeLease).Get(ctx, node, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return lease.ResourceVersion, nil
}

// leases lists the leases of all nodes.
func (l live) leases(ctx context.Context) ([]*coordinationv1.Lease, error) {
	ctx, cancel := l.bounded(ctx)
	defer cancel()
	list, err := l.client.CoordinationV1().Leases(corev1.NamespaceNodeLease).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	var out []*coordinationv1.Lease
	for i := range list.Items {
		out = append(out, &list.Items[i])
	}
	return out, nil
}

// paged lists objects page by page, each of them in a request of its own. If the server forgets in between where it was, all are
// listed in one.
func (l live) paged(ctx context.Context, list pager.ListPageFunc, each func(runtime.Object) error) error {
	all, _, err := pager.New(func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) {
		ctx, cancel := l.bounded(ctx)
		defer cancel()
		return list(ctx, opts)
	}).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	return meta.EachListItem(all, each)
}

// sets lists the StatefulSets of a namespace.
func (l live) sets(ctx context.Context, namespace string) ([]*appsv1.StatefulSet, error) {
	var out []*appsv1.StatefulSet
	err := l.paged(ctx, func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) {
		return l.client.AppsV1().StatefulSets(namespace).List(ctx, opts)
	}, func(o runtime.Object) error {
		if s, ok := o.(*appsv1.StatefulSet); ok {
			out = append(out, s)
		}
		return nil
	})
	return out, err
}

// volumes lists the volumes, sorted by name.
func (l live) volumes(ctx context.Context) ([]*corev1.PersistentVolume, error) {
	var out []*corev1.PersistentVolume
	err := l.paged(ctx, func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) {
		return l.client.CoreV1().PersistentVolumes().List(ctx, opts)
	}, func(o runtime.Object) error {
		if v, ok := o.(*corev1.PersistentVolume); ok {
			out = append(out, v)
		}
		return nil
	})
	slices.SortFunc(out, func(a, b *corev1.PersistentVolume) int { return strings.Compare(a.Name, b.Name) })
	return out, err
}

// job is a Job. It is listed, and not gotten: that is what reading for the Plan has needed.
func (l live) job(ctx context.Context, o drain.Object) (*batchv1.Job, error) {
	ctx, cancel := l.bounded(ctx)
	defer cancel()
	list, err := l.client.BatchV1().Jobs(o.Namespace).List(ctx, metav1.ListOptions{FieldSelector: fields.OneTermEqualSelector("metadata.name", o.Name).String()})
	if err != nil {
		return nil, err
	}
	for i := range list.Items {
		if list.Items[i].Name == o.Name && (o.UID == "" || list.Items[i].UID == o.UID) {
			return &list.Items[i], nil
		}
	}
	return nil, nil //nolint:nilnil // that it does not exist is an answer
}

// hasPhase reports whether a volume has one of some phases, any if there are none.
func hasPhase(v *corev1.PersistentVolume, phases []corev1.PersistentVolumePhase) bool {
	return len(phases) == 0 || slices.Contains(phases, v.Status.Phase)
}
