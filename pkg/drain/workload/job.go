package workload

import (
	"math"
	"slices"
	"strconv"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Ending is how a Pod of a Job ends when it is removed.
type Ending struct {
	// Disrupted says that it has the condition DisruptionTarget then, Exits that a kubelet stops its containers and tells what they exit with.
	Disrupted, Exits bool
}

// Evicted is how a Pod ends that is evicted (registry/core/pod/storage/eviction.go: addConditionAndDeletePod).
func Evicted(*corev1.Pod) Ending { return Ending{Disrupted: true, Exits: true} }

// Forced is how a Pod ends that nobody stops, since its node is dead. If the Node is gone, the garbage collector of Pods marks it
// (controller/podgc/gc_controller.go: gcOrphaned); else whoever was to evict it from there may have.
func Forced(nodeGone bool) func(*corev1.Pod) Ending {
	return func(p *corev1.Pod) Ending {
		return Ending{Disrupted: nodeGone || slices.ContainsFunc(p.Status.Conditions, func(c corev1.PodCondition) bool {
			return c.Type == corev1.DisruptionTarget && c.Status == corev1.ConditionTrue
		})}
	}
}

// WhyFails says why a Job fails for good when some of its Pods are removed: its failure policy fails it for that, or each that has not ended counts as
// a failure, and those that are left to it (controller/job/job_controller.go: syncJob, isPodFailed). It is nothing if the Job goes on.
func WhyFails(j *batchv1.Job, removed []*corev1.Pod, ending func(*corev1.Pod) Ending) fact.Fact {
	counted := 0
	for _, p := range removed {
		if FinishedPod(p) || p.DeletionTimestamp != nil && !ReplacesFailedOnly(j) {
			continue // it has been counted
		}
		switch policyFor(j, ending(p)) {
		case batchv1.PodFailurePolicyActionIgnore:
			continue
		case batchv1.PodFailurePolicyActionFailJob, batchv1.PodFailurePolicyActionFailIndex: // with an index of it, the Job fails in the end
			return fact.New("JobFailsByPolicy")
		default:
			counted++
		}
		if limit := j.Spec.BackoffLimitPerIndex; limit != nil {
			if failures, _ := strconv.Atoi(p.Annotations[batchv1.JobIndexFailureCountAnnotation]); failures >= int(*limit) {
				return fact.New("JobHasNoTries") // its index fails for good
			}
		}
	}
	failed := int(j.Status.Failed) + counted
	if u := j.Status.UncountedTerminatedPods; u != nil {
		failed += len(u.Failed)
	}
	if counted > 0 && failed > tries(j) {
		return fact.New("JobHasNoTries")
	}
	return fact.Fact{}
}

// tries is how many Pods of a Job may fail (pkg/apis/batch/v1/defaults.go: SetDefaults_Job). A limit for each index is one besides.
func tries(j *batchv1.Job) int {
	usual := int32(6)
	if j.Spec.BackoffLimitPerIndex != nil {
		usual = math.MaxInt32
	}
	return int(ptr.Deref(j.Spec.BackoffLimit, usual))
}

// ReplacesFailedOnly reports whether a Pod of a Job that is being deleted counts only when it has ended
// (controller/job/job_controller.go: onlyReplaceFailedPods).
func ReplacesFailedOnly(j *batchv1.Job) bool {
	return j.Spec.PodFailurePolicy != nil || ptr.Deref(j.Spec.PodReplacementPolicy, batchv1.TerminatingOrFailed) == batchv1.Failed
}

// policyFor is what the failure policy of a Job has done about a Pod that ends in a way: by the first rule that is met
// (controller/job/pod_failure_policy.go: matchPodFailurePolicy). What is stopped may exit with anything; most exit with what the signals give.
func policyFor(j *batchv1.Job, e Ending) batchv1.PodFailurePolicyAction {
	if j.Spec.PodFailurePolicy == nil {
		return batchv1.PodFailurePolicyActionCount
	}
	mayCount := false
	for _, rule := range j.Spec.PodFailurePolicy.Rules {
		ends := rule.Action == batchv1.PodFailurePolicyActionFailJob || rule.Action == batchv1.PodFailurePolicyActionFailIndex
		switch {
		case rule.OnExitCodes != nil && (!e.Exits || rule.Action == batchv1.PodFailurePolicyActionIgnore):
		case rule.OnExitCodes != nil && ends && meetsSignal(rule.OnExitCodes):
			return rule.Action
		case rule.OnExitCodes != nil:
			mayCount = true
		case !e.Disrupted || !slices.ContainsFunc(rule.OnPodConditions, ofDisruption):
		case mayCount && rule.Action == batchv1.PodFailurePolicyActionIgnore:
			return batchv1.PodFailurePolicyActionCount
		default:
			return rule.Action
		}
	}
	return batchv1.PodFailurePolicyActionCount
}

func ofDisruption(c batchv1.PodFailurePolicyOnPodConditionsPattern) bool {
	return c.Type == corev1.DisruptionTarget && c.Status == corev1.ConditionTrue
}

// meetsSignal reports whether a rule is about what a container exits with that a signal ends: SIGTERM, or SIGKILL after the grace period.
func meetsSignal(r *batchv1.PodFailurePolicyOnExitCodesRequirement) bool {
	const terminated, killed = 128 + 15, 128 + 9
	named := slices.Contains(r.Values, terminated) || slices.Contains(r.Values, killed)
	if r.Operator == batchv1.PodFailurePolicyOnExitCodesOpNotIn {
		return !slices.Contains(r.Values, terminated) || !slices.Contains(r.Values, killed)
	}
	return named
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
