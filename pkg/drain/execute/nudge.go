package execute

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// nudgeAfter is how long a Pod without a node may wait for a claim that nobody creates before it is deleted, so that its
// controller looks again: controllers have no watch on claims.
const nudgeAfter = 20 * time.Second

// maxNudges is how often a controller is made to look again before a claim that it does not create is created from its manifest.
const maxNudges = 2

// nudgeDue reports whether a controller has had time enough to look by itself.
func (s *stepRun) nudgeDue() bool { return s.Clock.Now().Sub(s.lastNudge) >= nudgeAfter }

// nudge deletes a Pod that has waited for long on no node, so that its controller creates another, with its claims.
func (s *stepRun) nudge(pods []*corev1.Pod, waiting fact.Fact) (decision, error) {
	if !s.nudgeDue() {
		return waitFor(waiting)
	}
	for _, p := range pods {
		if !unplaced(p) || metav1.GetControllerOf(p) == nil {
			continue
		}
		s.lastNudge = s.Clock.Now()
		s.nudges++
		s.ineffectiveWrites = 0 // the last nudge was no try at something that others undo: the controller has not come to it yet
		return decision{reason: waiting, write: func(ctx context.Context) error { return s.deleteUnplaced(ctx, p) }}, nil
	}
	return waitFor(waiting)
}

// unplaced reports whether a Pod waits for a node, so that deleting it stops nothing.
func unplaced(p *corev1.Pod) bool { return p.Spec.NodeName == "" && p.DeletionTimestamp == nil }

// deleteUnplaced deletes a Pod unless it has been given a node meanwhile. Where Nodes come and go the scheduler rewrites what
// it says of the Pod ("0/64 nodes are available") several times a second, so a conflict is met with another look at once.
func (s *stepRun) deleteUnplaced(ctx context.Context, p *corev1.Pod) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		now, err := s.live.pod(ctx, drain.Object{Namespace: p.Namespace, Name: p.Name})
		if err != nil || now == nil || now.UID != p.UID || !unplaced(now) {
			return err
		}
		return s.Client.CoreV1().Pods(p.Namespace).Delete(ctx, p.Name, metav1.DeleteOptions{
			Preconditions: &metav1.Preconditions{UID: ptr.To(now.UID), ResourceVersion: ptr.To(now.ResourceVersion)},
		})
	})
}
