package planner

import (
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Jobs that fail for good when their Pods are removed: these go, and nobody needs their claims elsewhere, or is to be waited for.

// jobsEnd marks the members of which that is so.
func (p *planner) jobsEnd(members []*workload.Member, removed []*corev1.Pod, evicted bool) {
	for _, m := range members {
		others := slices.ContainsFunc(m.Pods(), func(pod *corev1.Pod) bool {
			return !workload.FinishedPod(pod) && workload.DirectOwner(pod).UID != m.Direct.UID
		})
		lead := m.Representative()
		m.Ends = !m.Relocated && !m.Ephemeral && !m.Custom() && !others && lead != nil && p.jobFails(lead, removed, evicted)
	}
}

// jobFails reports whether the Job of a Pod fails for good when Pods are removed.
func (p *planner) jobFails(pod *corev1.Pod, removed []*corev1.Pod, evicted bool) bool {
	owner := workload.DirectOwner(pod)
	return owner.Kind == "Job" && slices.ContainsFunc(p.ix.Jobs, func(j *batchv1.Job) bool {
		own := slices.DeleteFunc(slices.Clone(removed), func(o *corev1.Pod) bool { return workload.DirectOwner(o).UID != j.UID })
		return j.UID == owner.UID && !p.whyFails(j, own, evicted).IsZero()
	})
}

// whyFails says why a Job fails for good when Pods of it are removed; nothing, if it does not.
func (p *planner) whyFails(j *batchv1.Job, own []*corev1.Pod, evicted bool) fact.Fact {
	_, unread := p.ix.Gap(inspect.Nodes)
	switch {
	case j.DeletionTimestamp != nil:
		return fact.Fact{}
	case evicted:
		return workload.WhyFails(j, own, workload.Evicted)
	}
	return workload.WhyFails(j, own, func(pod *corev1.Pod) workload.Ending {
		return workload.Forced(!unread && p.ix.Node(pod.Spec.NodeName) == nil)(pod)
	})
}

// awaitsFailure reports whether the Job of a Pod holds it until it has failed.
func (p *planner) awaitsFailure(pod *corev1.Pod) bool {
	return !workload.FinishedPod(pod) && slices.Contains(pod.Finalizers, batchv1.JobTrackingFinalizer) && slices.ContainsFunc(p.ix.Jobs, func(j *batchv1.Job) bool {
		return j.UID == workload.DirectOwner(pod).UID && j.DeletionTimestamp == nil && workload.ReplacesFailedOnly(j)
	})
}
