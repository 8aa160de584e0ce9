package execute

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// live reads single objects as they are now. What does not exist is nil, without an error.
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
	switch {
	case err != nil:
		return nil, err
	case v == nil:
		_, err = refuse("volume %s has been deleted by somebody else since this was planned", o.Name)
	case o.UID != "" && v.UID != o.UID:
		_, err = refuse("volume %s has been deleted and made anew since this was planned", o.Name)
	}
	return v, err
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
	opts := metav1.ListOptions{Limit: 500}
	for {
		list, err := l.page(ctx, namespace, opts)
		if err != nil {
			return nil, err
		}
		for i := range list.Items {
			if pass(&list.Items[i]) {
				found = append(found, &list.Items[i])
			}
		}
		if opts.Continue = list.Continue; opts.Continue == "" {
			return found, nil
		}
	}
}

func (l live) page(ctx context.Context, namespace string, opts metav1.ListOptions) (*corev1.PodList, error) {
	ctx, cancel := l.bounded(ctx)
	defer cancel()
	return l.client.CoreV1().Pods(namespace).List(ctx, opts)
}
