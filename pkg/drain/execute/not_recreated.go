package execute

import (
	"context"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// failedCreate is the reason of the Events by which controllers say that the server does not let them create a Pod or its claim
// (controller/statefulset: StatefulPodControl.recordPodEvent and recordClaimEvent, controller: FailedCreatePodReason).
const failedCreate = "FailedCreate"

// eventSlack is how much older than the step an Event may be that explains it: clocks differ.
const eventSlack = 2 * time.Minute

// explained adds to what is waited for why a controller does not create it, if it tells.
func (s *stepRun) explained(ctx context.Context, waiting fact.Fact, claims []drain.Object, pod string) fact.Fact {
	if message := s.whyNotCreated(ctx, claims, pod); message != "" {
		return fact.New("WaitsBecause", "what", waiting, "why", message)
	}
	return waiting
}

// whyNotCreated is the last such message about one of the claims or the Pod, empty if there is none, or Events may not be read.
func (s *stepRun) whyNotCreated(ctx context.Context, claims []drain.Object, pod string) string {
	if len(claims) == 0 {
		return ""
	}
	ctx, cancel := s.bounded(ctx)
	defer cancel()
	list, err := s.Client.CoreV1().Events(claims[0].Namespace).List(ctx, metav1.ListOptions{FieldSelector: fields.OneTermEqualSelector("reason", failedCreate).String()})
	if err != nil {
		return ""
	}
	last, message := s.since.Add(-eventSlack), ""
	for i := range list.Items {
		e := &list.Items[i]
		if at := lastSeen(e); e.Reason == failedCreate && aboutAny(e, claims, pod) && !at.Before(last) {
			last, message = at, e.Message
		}
	}
	return message
}

// aboutAny reports whether an Event is about one of some claims, or a Pod, or of the controller that names its Pods after itself.
func aboutAny(e *corev1.Event, claims []drain.Object, pod string) bool {
	words := strings.FieldsFunc(e.Message, func(r rune) bool { return strings.ContainsRune(" \"',:;()", r) })
	for _, word := range words {
		if word == pod && pod != "" {
			return true
		}
		for _, c := range claims {
			if word == c.Name {
				return true
			}
		}
	}
	return pod != "" && e.InvolvedObject.Kind != "StatefulSet" && strings.HasPrefix(pod, e.InvolvedObject.Name+"-") // the others name no Pod
}

// lastSeen is when an Event was seen last.
func lastSeen(e *corev1.Event) time.Time {
	switch {
	case e.Series != nil:
		return e.Series.LastObservedTime.Time
	case !e.LastTimestamp.IsZero():
		return e.LastTimestamp.Time
	}
	return e.EventTime.Time
}
