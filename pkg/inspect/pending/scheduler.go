package pending

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"

	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// DefaultScheduler is the name of the scheduler whose default profile is simulated.
const DefaultScheduler = corev1.DefaultSchedulerName

// schedulerReport is what the scheduler itself last reported of a Pod: its PodScheduled condition, or else its newest
// FailedScheduling event. Nil if it has reported nothing.
//
// Agreement is about the outcome, not the wording: its text is never taken apart. When the simulation has a text
// of its own for the same verdict and the scheduler's begins with it, SameWords is set.
func schedulerReport(ix *inspect.Index, pod *corev1.Pod, schedulable bool, simulated string) *SchedulerReport {
	message, at, refused := lastReport(ix, pod)
	if message == "" && !refused {
		return nil
	}
	return &SchedulerReport{
		Message:   message,
		At:        at,
		Agrees:    refused != schedulable,
		SameWords: simulated != "" && strings.HasPrefix(message, simulated),
	}
}

func lastReport(ix *inspect.Index, pod *corev1.Pod) (message string, at metav1.Time, refused bool) {
	for _, c := range pod.Status.Conditions {
		if c.Reason == corev1.PodReasonSchedulingGated {
			return "", metav1.Time{}, false // the API server's word: the scheduler has not seen the Pod
		}
		if c.Type == corev1.PodScheduled {
			return c.Message, c.LastTransitionTime, c.Status == corev1.ConditionFalse
		}
	}
	if e := lastEvent(ix, "Pod", pod.ObjectMeta, "FailedScheduling"); e != nil {
		return e.Message, eventTime(e), true
	}
	return "", metav1.Time{}, false
}

// lastEvent is the newest event about an object with one of the reasons, or nil.
func lastEvent(ix *inspect.Index, kind string, obj metav1.ObjectMeta, reasons ...string) *corev1.Event {
	var last *corev1.Event
	for _, e := range ix.Events {
		o := e.InvolvedObject
		if o.Kind != kind || o.Namespace != obj.Namespace || o.Name != obj.Name || (o.UID != "" && o.UID != obj.UID) {
			continue
		}
		if !slices.Contains(reasons, e.Reason) {
			continue
		}
		if last == nil || eventTime(e).After(eventTime(last).Time) {
			last = e
		}
	}
	return last
}

// eventTime is when an event was last seen: the series' time, the legacy last timestamp, or its event time.
func eventTime(e *corev1.Event) metav1.Time {
	switch {
	case e.Series != nil:
		return metav1.NewTime(e.Series.LastObservedTime.Time)
	case !e.LastTimestamp.IsZero():
		return e.LastTimestamp
	default:
		return metav1.NewTime(e.EventTime.Time)
	}
}
