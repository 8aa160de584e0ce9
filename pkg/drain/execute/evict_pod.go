package execute

import (
	"context"
	"errors"
	"slices"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// evictPod evicts a Pod and waits for its end.
func (s *stepRun) evictPod(ctx context.Context, params *drain.EvictParameters) (decision, error) {
	p, err := s.live.pod(ctx, s.step.Object)
	switch {
	case err != nil:
		return decision{}, err
	case p == nil:
		return done()
	case p.UID != s.step.Object.UID:
		if slices.Contains(params.Home, p.Spec.NodeName) && !workload.FinishedPod(p) {
			return refuse(fact.New("PodRecreatedAtHome", "pod", s.step.Object, "node", p.Spec.NodeName))
		}
		return done()
	}
	var died error
	if p.DeletionTimestamp != nil || params.Safeguards == nil { // else they tell
		died = s.nodeDied(ctx, p.Spec.NodeName)
	}
	switch {
	case p.DeletionTimestamp == nil && died != nil:
		return decision{}, died
	case p.DeletionTimestamp != nil:
		ends := fact.New("PodTerminating", "pod", s.step.Object, "seconds", int(ptr.Deref(p.DeletionGracePeriodSeconds, 0)), "finalizers", p.Finalizers)
		if died != nil { // it may come back, and nothing else is to be done about this Pod
			ends = fact.New("PodEndUnconfirmed", "what", ends, "why", fact.Of(died))
		}
		return waitFor(ends)
	case params.Unfinished && p.Status.Phase == corev1.PodSucceeded:
		return refuse(fact.New("PodSucceededSince", "pod", s.step.Object))
	}
	if waiting, err := s.mayBeEvicted(ctx, params, p); err != nil || !waiting.IsZero() {
		return decision{reason: waiting}, err
	}
	return decision{write: func(ctx context.Context) error {
		err := s.Client.PolicyV1().Evictions(p.Namespace).Evict(ctx, &policyv1.Eviction{
			ObjectMeta: metav1.ObjectMeta{Namespace: p.Namespace, Name: p.Name},
			DeleteOptions: &metav1.DeleteOptions{
				GracePeriodSeconds: params.GracePeriodSeconds, Preconditions: &metav1.Preconditions{UID: ptr.To(p.UID)},
			},
		})
		return heldBack(err)
	}}, nil
}

// mayBeEvicted is mayBeTaken for an eviction, before which the places of the member's claims have been reserved, or after which they stay where
// they are. It returns what is waited for, if anything is.
func (s *stepRun) mayBeEvicted(ctx context.Context, params *drain.EvictParameters, p *corev1.Pod) (waiting fact.Fact, err error) {
	if waiting, err := s.mayBeTaken(ctx, params.PodGuards, p); err != nil || !waiting.IsZero() {
		return waiting, err
	}
	if err := s.claimsStay(ctx, params.Keeps, p); err != nil {
		return fact.Fact{}, err
	}
	return fact.Fact{}, s.areReserved(ctx, params.Reserved)
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
			return &heldError{reason: fact.New("HeldByDisruptionBudget", "why", cause.Message)}
		case apierrors.IsForbidden(err) && cause.Type == corev1.NamespaceTerminatingCause:
			return &heldError{reason: fact.New("NamespaceTerminating")}
		}
	}
	return err
}
