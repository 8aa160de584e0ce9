package execute

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
)

// evict evicts a Pod and waits for its end.
func (r *run) evict(ctx context.Context, s drain.Step) (decision, error) {
	p, err := r.live.pod(ctx, s.Object)
	switch {
	case err != nil:
		return decision{}, err
	case p == nil:
		return doneWith("")
	case p.UID != s.Object.UID:
		if slices.Contains(s.Precondition.Home, p.Spec.NodeName) && !workload.FinishedPod(p) {
			return refuse("Pod %s was made anew on %s since this was planned", s.Object, p.Spec.NodeName)
		}
		return doneWith("")
	case p.DeletionTimestamp != nil:
		return waitFor("%s", ending(p))
	}
	return decision{write: func(ctx context.Context) error {
		err := r.Client.PolicyV1().Evictions(p.Namespace).Evict(ctx, &policyv1.Eviction{
			ObjectMeta: metav1.ObjectMeta{Namespace: p.Namespace, Name: p.Name},
			DeleteOptions: &metav1.DeleteOptions{
				GracePeriodSeconds: s.Precondition.GracePeriodSeconds, Preconditions: &metav1.Preconditions{UID: ptr.To(p.UID)},
			},
		})
		return heldBack(err)
	}}, nil
}

// ending says what the end of a Pod waits for.
func ending(p *corev1.Pod) string {
	text := fmt.Sprintf("Pod %s/%s is ending", p.Namespace, p.Name)
	if grace := ptr.Deref(p.DeletionGracePeriodSeconds, 0); grace > 0 {
		text += fmt.Sprintf(", and has %d s for it", grace)
	}
	if len(p.Finalizers) > 0 {
		text += "; it has finalizer " + strings.Join(p.Finalizers, ", ")
	}
	return text
}

// heldBack turns refusals that pass into something to wait out: that of a disruption budget (429 with its cause,
// registry/core/pod/storage: eviction.go), and that of a namespace that is being deleted, which deletes the Pod itself.
func heldBack(err error) error {
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil {
		return err
	}
	for _, cause := range status.Status().Details.Causes {
		switch {
		case apierrors.IsTooManyRequests(err) && cause.Type == policyv1.DisruptionBudgetCause:
			return &heldError{fmt.Sprintf("held by its disruption budget: %s", cause.Message)}
		case apierrors.IsForbidden(err) && cause.Type == corev1.NamespaceTerminatingCause:
			return &heldError{"its namespace is being deleted, which will delete it"}
		}
	}
	return err
}

// checkEmpty refuses if Pods have come to the node that nobody decided about.
func (r *run) checkEmpty(ctx context.Context, s drain.Step) (decision, error) {
	selector, err := labels.Parse(s.Precondition.PodSelector)
	if err != nil {
		return decision{}, err
	}
	ctx, cancel := r.bounded(ctx)
	defer cancel()
	list, err := r.Client.CoreV1().Pods(metav1.NamespaceAll).List(ctx, metav1.ListOptions{
		FieldSelector: fields.OneTermEqualSelector("spec.nodeName", s.Object.Name).String(),
	})
	if err != nil {
		return decision{}, err
	}
	var left []*corev1.Pod
	for i := range list.Items {
		p := &list.Items[i]
		known := slices.Contains(s.Precondition.Stays, p.UID) || slices.Contains(s.Precondition.Stays, workload.DirectOwner(p).UID)
		if p.Spec.NodeName != s.Object.Name || known || workload.IsMirror(p) || workload.OfDaemonSet(p) || !selector.Matches(labels.Set(p.Labels)) {
			continue
		}
		left = append(left, p)
	}
	if len(left) > 0 {
		return refuse("%s on %s that came after it was looked at: %s", workload.Count(len(left), "Pod"), s.Object.Name, workload.Names(left))
	}
	return doneWith("")
}
