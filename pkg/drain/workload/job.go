package workload

import (
	"strconv"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// FailsFor reports whether a Job fails for good when some of its Pods are removed: each that has not ended counts as a failure, and
// those that are left to it (controller/job/job_controller.go: syncJob, isPodFailed). Evicted says that the Pods are evicted, of which a
// failure policy may take no count.
func FailsFor(j *batchv1.Job, removed []*corev1.Pod, evicted bool) bool {
	counted := 0
	for _, p := range removed {
		switch {
		case FinishedPod(p), p.DeletionTimestamp != nil && !replacesFailedOnly(j), evicted && ignoresEviction(j):
			continue // it has been counted, or never is
		case j.Spec.BackoffLimitPerIndex != nil:
			if failures, _ := strconv.Atoi(p.Annotations[batchv1.JobIndexFailureCountAnnotation]); failures >= int(*j.Spec.BackoffLimitPerIndex) {
				return true // its index fails for good, and the Job with it in the end
			}
		default:
			counted++
		}
	}
	failed := int(j.Status.Failed) + counted
	if u := j.Status.UncountedTerminatedPods; u != nil {
		failed += len(u.Failed)
	}
	const usual = 6 // pkg/apis/batch/v1/defaults.go
	return counted > 0 && failed > int(ptr.Deref(j.Spec.BackoffLimit, usual))
}

// replacesFailedOnly reports whether a Pod of a Job that is being deleted counts only when it has ended.
func replacesFailedOnly(j *batchv1.Job) bool {
	return ptr.Deref(j.Spec.PodReplacementPolicy, batchv1.TerminatingOrFailed) == batchv1.Failed
}

// ignoresEviction reports whether the failure policy of a Job takes no count of Pods that are evicted, whatever their exit codes
// (controller/job/pod_failure_policy.go: matchPodFailurePolicy).
func ignoresEviction(j *batchv1.Job) bool {
	if j.Spec.PodFailurePolicy == nil {
		return false
	}
	for _, rule := range j.Spec.PodFailurePolicy.Rules {
		if rule.OnExitCodes != nil && rule.Action != batchv1.PodFailurePolicyActionIgnore {
			return false // with what it exits is not known
		}
		for _, c := range rule.OnPodConditions {
			if c.Type == corev1.DisruptionTarget && c.Status == corev1.ConditionTrue {
				return rule.Action == batchv1.PodFailurePolicyActionIgnore
			}
		}
	}
	return false
}

// hasSucceeded reports whether as many Pods of a Job have succeeded as it wants, though its status does not show it yet.
func hasSucceeded(ix *inspect.Index, j *batchv1.Job) bool {
	seen, uncounted := 0, sets.New[types.UID]()
	if u := j.Status.UncountedTerminatedPods; u != nil {
		uncounted.Insert(u.Succeeded...)
	}
	for _, p := range ix.Pods {
		if DirectOwner(p).UID != j.UID || p.Status.Phase != corev1.PodSucceeded {
			continue
		}
		seen++
		for _, f := range p.Finalizers {
			if f == batchv1.JobTrackingFinalizer {
				uncounted.Insert(p.UID)
			}
		}
	}
	return max(seen, int(j.Status.Succeeded)+uncounted.Len()) >= int(ptr.Deref(j.Spec.Completions, 1))
}
