package planner

import (
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
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
		return j.UID == owner.UID && j.DeletionTimestamp == nil && workload.FailsFor(j, own, evicted)
	})
}
