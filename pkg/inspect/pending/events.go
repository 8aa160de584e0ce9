package pending

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

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
