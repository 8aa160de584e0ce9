package execute

import (
	"context"
	"fmt"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// reasonOf is the reason of the Kubernetes Event that records a change, empty for what is no change.
func reasonOf(a drain.Action) string {
	switch a {
	case drain.RetainVolume:
		return "LocalPVKept"
	case drain.RecordClaim:
		return "LocalPVClaimSaved"
	case drain.DeleteClaim:
		return "LocalPVReleased"
	case drain.DeletePod:
		return "LocalPVPodDeleted"
	case drain.ReserveVolume:
		return "LocalPVReserved"
	case drain.OpenVolume:
		return "LocalPVReclaimed"
	case drain.CreateClaim:
		return "LocalPVClaimCreated"
	case drain.ForceDeletePod, drain.EvictPod:
		return "LocalPVPodDeleted"
	case drain.CordonNode, drain.ForgetVolume: // no event: on a Node the scheduler and kubectl write none either, and a volume that goes has nowhere to keep one
	case drain.AwaitReleased, drain.AwaitCleaned, drain.AwaitAvailable, drain.AwaitBound, drain.AwaitUnused, drain.AwaitReady, drain.CheckEmpty:
	}
	return ""
}

// record notes on the volume who changed what. It is a courtesy: that it fails is nobody's business. A change that
// this step found made already is not recorded again.
func (s *stepRun) record(ctx context.Context) {
	reason := reasonOf(s.step.Action)
	if s.writes == 0 || reason == "" || s.step.Precondition.Volume.Name == "" {
		return
	}
	ctx, cancel := s.bounded(s.finishing(ctx, true))
	defer cancel()
	volume := s.step.Precondition.Volume
	now := metav1.NewTime(s.Clock.Now())
	_, _ = s.Client.CoreV1().Events(metav1.NamespaceDefault).Create(ctx, &corev1.Event{
		ObjectMeta:     metav1.ObjectMeta{GenerateName: volume.Name + ".localpv-", Namespace: metav1.NamespaceDefault},
		InvolvedObject: corev1.ObjectReference{APIVersion: "v1", Kind: drain.KindVolume, Name: volume.Name, UID: volume.UID},
		Reason:         reason,
		Message:        fmt.Sprintf("%s: %s (kubectl localpv %s, by %s)", s.step.Object, s.step.Title, s.plan.Command, s.user(ctx)),
		Type:           corev1.EventTypeNormal,
		Source:         corev1.EventSource{Component: fieldManager},
		FirstTimestamp: now, LastTimestamp: now, Count: 1,
	}, metav1.CreateOptions{FieldManager: fieldManager})
}

// user is who the API server takes the user for.
func (r *run) user(ctx context.Context) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.who != "" {
		return r.who
	}
	r.who = "an unknown user"
	review, err := r.Client.AuthenticationV1().SelfSubjectReviews().Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	if err == nil && review.Status.UserInfo.Username != "" {
		r.who = review.Status.UserInfo.Username
	}
	return r.who
}
