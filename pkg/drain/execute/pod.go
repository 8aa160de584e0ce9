package execute

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// nudgeAfter is how long a Pod without a node may wait for a claim that nobody makes before it is deleted, so that its
// controller looks again: controllers have no watch on claims.
const nudgeAfter = 20 * time.Second

// forceDelete deletes a Pod without waiting for its kubelet.
func (r *run) forceDelete(ctx context.Context, s drain.Step) (decision, error) {
	if len(s.Precondition.Dead) == 0 {
		return refuse("Pod %s is on no node that is left for dead", s.Object)
	}
	p, err := r.live.pod(ctx, s.Object)
	if err != nil {
		return decision{}, err
	}
	switch {
	case p == nil || p.UID != s.Object.UID:
		return doneWith("")
	case p.DeletionTimestamp != nil && ptr.Deref(p.DeletionGracePeriodSeconds, 1) == 0:
		return waitFor("Pod %s/%s is deleted and has finalizer %s", p.Namespace, p.Name, strings.Join(p.Finalizers, ", "))
	}
	return decision{write: func(ctx context.Context) error {
		return r.Client.CoreV1().Pods(p.Namespace).Delete(ctx, p.Name, metav1.DeleteOptions{
			GracePeriodSeconds: ptr.To(int64(0)), Preconditions: &metav1.Preconditions{UID: ptr.To(p.UID)},
		})
	}}, nil
}

// awaitUnused waits until no Pod with a node holds one of the claims.
func (r *run) awaitUnused(ctx context.Context, s drain.Step) (decision, error) {
	pods, err := r.live.podsIn(ctx, s.Precondition.Claim.Namespace, func(p *corev1.Pod) bool {
		return slices.ContainsFunc(s.Precondition.Claims, func(c drain.Object) bool { return slices.Contains(inspect.ClaimNames(p), c.Name) })
	})
	if err != nil {
		return decision{}, err
	}
	if held := workload.Placed(pods); len(held) > 0 {
		return waitFor("claim %s is held by Pod %s", s.Precondition.Claim, workload.PodList(held, workload.DirectOwner))
	}
	if s.Precondition.Successor && len(pods) == 0 {
		return waitFor("no new Pod names claim %s yet", s.Precondition.Claim)
	}
	return doneWith("")
}

// nudgeDue reports whether a controller has had time enough to look by itself.
func (s *stepRun) nudgeDue() bool { return s.Clock.Now().Sub(s.lastNudge) >= nudgeAfter }

// nudge deletes a Pod that has waited for long on no node, so that its controller makes another, with its claims.
func (s *stepRun) nudge(pods []*corev1.Pod, waiting string) (decision, error) {
	if !s.nudgeDue() {
		return waitFor("%s", waiting)
	}
	for _, p := range pods {
		if !unplaced(p) || metav1.GetControllerOf(p) == nil {
			continue
		}
		s.lastNudge = s.Clock.Now()
		s.ineffectiveWrites = 0 // the last nudge was no try at something that others undo: the controller has not come to it yet
		return decision{message: waiting, write: func(ctx context.Context) error { return s.deleteUnplaced(ctx, p) }}, nil
	}
	return waitFor("%s", waiting)
}

// unplaced reports whether a Pod waits for a node, so that deleting it stops nothing.
func unplaced(p *corev1.Pod) bool { return p.Spec.NodeName == "" && p.DeletionTimestamp == nil }

// deleteUnplaced deletes a Pod unless it has been given a node by now. Where Nodes come and go the scheduler rewrites what
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

// firstWords are what the first Pod says of its state: "; mysql-1 is Pending: 0/4 nodes are available".
func firstWords(pods []*corev1.Pod) string {
	if len(pods) == 0 {
		return ""
	}
	p := pods[0]
	text := fmt.Sprintf(" is %s", p.Status.Phase)
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse {
			if c.Reason == corev1.PodReasonSchedulerError {
				return text + ": the scheduler tries again" // it met somebody else's write, the volume controller's as a rule
			}
			return fmt.Sprintf("%s: %s", text, c.Message)
		}
	}
	for _, c := range p.Status.ContainerStatuses {
		if c.State.Waiting != nil {
			return fmt.Sprintf("%s: %s", text, c.State.Waiting.Reason)
		}
	}
	return text
}

// ownedBy lists the Pods of a controller.
func (l live) ownedBy(ctx context.Context, owner drain.Object) ([]*corev1.Pod, error) {
	return l.podsIn(ctx, owner.Namespace, func(p *corev1.Pod) bool {
		ref := metav1.GetControllerOf(p)
		return ref != nil && ref.UID == owner.UID
	})
}

// forgetVolume deletes a volume object that no claim has.
func (r *run) forgetVolume(ctx context.Context, s drain.Step) (decision, error) {
	v, err := r.live.volume(ctx, s.Object)
	switch {
	case err != nil:
		return decision{}, err
	case v == nil || v.UID != s.Object.UID || v.DeletionTimestamp != nil:
		return doneWith("")
	case v.Status.Phase == corev1.VolumeBound || v.Status.Phase == corev1.VolumePending:
		return refuse("volume %s is %s by now, so it is left as it is", v.Name, v.Status.Phase)
	}
	return decision{write: func(ctx context.Context) error {
		return r.Client.CoreV1().PersistentVolumes().Delete(ctx, v.Name, metav1.DeleteOptions{
			Preconditions: &metav1.Preconditions{UID: ptr.To(v.UID), ResourceVersion: ptr.To(v.ResourceVersion)},
		})
	}}, nil
}

func listed(names []string) string {
	if len(names) == 0 {
		return "no volume"
	}
	text := names[0]
	for _, n := range names[1:] {
		text += " and " + n
	}
	return text
}
