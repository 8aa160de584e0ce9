package execute

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/access"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// record notes on the volume who changed what. It is a courtesy: that it fails is nobody's business. A change that
// this step found made already is not recorded again.
func (s *stepRun) record(ctx context.Context) {
	volume := s.step.Parameters.About().Volume
	if s.writes == 0 || s.action.reason == "" || volume.Name == "" {
		return
	}
	ctx, cancel := s.bounded(s.finishing(ctx, true))
	defer cancel()
	now := metav1.NewTime(s.Clock.Now())
	_, _ = s.Client.CoreV1().Events(metav1.NamespaceDefault).Create(ctx, &corev1.Event{
		ObjectMeta:     metav1.ObjectMeta{GenerateName: volume.Name + ".localpv-", Namespace: metav1.NamespaceDefault},
		InvolvedObject: corev1.ObjectReference{APIVersion: "v1", Kind: drain.KindVolume, Name: volume.Name, UID: volume.UID},
		Reason:         s.action.reason,
		Message:        s.words(fact.New("EventMessage", "object", s.step.Object, "title", s.step.Title, "verb", s.plan.Command, "user", s.user(ctx))),
		Type:           corev1.EventTypeNormal,
		Source:         corev1.EventSource{Component: fieldManager},
		FirstTimestamp: now, LastTimestamp: now, Count: 1,
	}, metav1.CreateOptions{FieldManager: fieldManager})
}

// user is who the API server takes the user for, empty if it does not say.
func (r *run) user(ctx context.Context) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.asked {
		return r.who
	}
	r.asked = true
	r.who = access.User(ctx, r.Client)
	return r.who
}
