package pending

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// defaultScheduler is the name of the scheduler whose default profile is simulated.
const defaultScheduler = corev1.DefaultSchedulerName

// otherScheduler reports whether a Pod is for another scheduler than the one that is simulated.
func otherScheduler(pod *corev1.Pod) bool {
	name := pod.Spec.SchedulerName
	return name != "" && name != defaultScheduler
}

// schedulerReport is what the scheduler itself last reported of a Pod: its PodScheduled condition, or else its newest
// FailedScheduling event. Nil if it has reported nothing; unknown says then why that is not known, and is zero if it is.
//
// Agreement is about the outcome, not the wording: its text is never taken apart. When the simulation has a text
// of its own for the same verdict and the scheduler's begins with it, SameWords is set.
func schedulerReport(e evidence.Evidence, schedulable bool) (report *SchedulerReport, unknown fact.Fact) {
	message, at, refused := lastReport(e.Index, e.Pod)
	if message == "" && !refused {
		return nil, schedulerUnknown(e.Index, e.Pod)
	}
	simulated := e.Verdict.Message
	return &SchedulerReport{
		Message:   message,
		At:        at,
		Agrees:    refused != schedulable,
		SameWords: simulated != "" && strings.HasPrefix(message, simulated),
	}, fact.Fact{}
}

// lastReport is what the scheduler said last, and whether it refused the Pod.
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

// reportedInEvents reports whether what the scheduler found for a Pod would be in an event: no condition of the Pod has it.
func reportedInEvents(pod *corev1.Pod) bool {
	return pod.Name != "" && !slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodScheduled || c.Reason == corev1.PodReasonSchedulingGated
	})
}

// schedulerUnknown says why it is not known what the scheduler found for a Pod, zero if it is.
func schedulerUnknown(ix *inspect.Index, pod *corev1.Pod) fact.Fact {
	if gap, ok := ix.Gap(inspect.Events); ok && reportedInEvents(pod) {
		return gap.Fact()
	}
	return fact.Fact{}
}
