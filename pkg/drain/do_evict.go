package drain

import (
	"context"
	"errors"
	"fmt"

	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

// evict evicts a Pod and waits for its end.
func (r *run) evict(ctx context.Context, s Step) (decision, error) {
	p, err := r.live.pod(ctx, s.Object)
	switch {
	case err != nil:
		return decision{}, err
	case p == nil || p.UID != s.Object.UID:
		return doneWith("")
	case p.DeletionTimestamp != nil:
		return waitFor("Pod %s/%s ends, within %d s", p.Namespace, p.Name, ptr.Deref(p.DeletionGracePeriodSeconds, 0))
	}
	return decision{write: func(ctx context.Context) error {
		err := r.Client.PolicyV1().Evictions(p.Namespace).Evict(ctx, &policyv1.Eviction{
			ObjectMeta: metav1.ObjectMeta{Namespace: p.Namespace, Name: p.Name},
			DeleteOptions: &metav1.DeleteOptions{
				GracePeriodSeconds: s.Precondition.GracePeriodSeconds, Preconditions: &metav1.Preconditions{UID: ptr.To(p.UID)},
			},
		})
		return heldByBudget(err)
	}}, nil
}

// heldByBudget turns the refusal of a disruption budget (429 with its cause, registry/core/pod/rest: eviction.go) into
// something to wait out.
func heldByBudget(err error) error {
	var status apierrors.APIStatus
	if !apierrors.IsTooManyRequests(err) || !errors.As(err, &status) || status.Status().Details == nil {
		return err
	}
	for _, cause := range status.Status().Details.Causes {
		if cause.Type == policyv1.DisruptionBudgetCause {
			return &heldError{fmt.Sprintf("held by its disruption budget: %s", cause.Message)}
		}
	}
	return err
}
