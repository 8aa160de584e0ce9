package planner

import (
	"cmp"
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// jobFlag is the flag by which it is accepted that Jobs fail, empty for a command that has none: a member whose Job fails never comes back.
func (p *planner) jobFlag() string {
	if p.plan.Command == "reattach" {
		return ""
	}
	return "--fail-jobs"
}

// jobs blocks, unless it is accepted, that Jobs fail for good because their Pods are removed: they have no more tries, or a failure policy that
// fails them for that, and nothing recreates what has failed.
func (p *planner) jobs(removed []*corev1.Pod, evicted, accepted bool) {
	if gap, ok := p.ix.Gap(inspect.Jobs); ok && !accepted {
		p.unknownJobs(removed, gap)
		return
	}
	for _, j := range slices.SortedFunc(slices.Values(p.ix.Jobs), func(a, b *batchv1.Job) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	}) {
		own := slices.DeleteFunc(slices.Clone(removed), func(pod *corev1.Pod) bool { return workload.DirectOwner(pod).UID != j.UID })
		why := p.whyFails(j, own, evicted)
		if why.IsZero() {
			continue
		}
		name := j.Namespace + "/" + j.Name
		if accepted {
			p.lose(fact.New("JobFailed", "job", name))
			continue
		}
		p.block(drain.BlockedJob, p.jobFlag(), fact.New("JobWouldFail", "job", name, "why", why, "pods", workload.Names(workload.PodsByName(own)), "override", p.jobFlag()))
	}
}

// keepsJob reports whether a Pod may be taken away only if its Job does not fail for good for that. One that has ended has been counted.
func keepsJob(pod *corev1.Pod, accepted bool) bool {
	return !accepted && workload.DirectOwner(pod).Kind == "Job" && !workload.FinishedPod(pod)
}

// keepJobs has the steps that take Pods of Jobs away ask again.
func (p *planner) keepJobs(removed []*corev1.Pod, accepted bool) {
	for _, s := range p.plan.Steps {
		if !slices.ContainsFunc(removed, func(pod *corev1.Pod) bool { return pod.UID == s.Object.UID && keepsJob(pod, accepted) }) {
			continue
		}
		switch parameters := s.Parameters.(type) {
		case *drain.EvictParameters:
			parameters.KeepsJob = true
		case *drain.DeletePodParameters:
			parameters.KeepsJob = true
		}
	}
}

// unknownJobs blocks that Pods of Jobs are removed of which nothing could be read.
func (p *planner) unknownJobs(removed []*corev1.Pod, gap inspect.Gap) {
	for _, pod := range workload.PodsByName(removed) {
		if o := workload.DirectOwner(pod); o.Kind == "Job" && !workload.FinishedPod(pod) && pod.DeletionTimestamp == nil {
			p.block(drain.BlockedJob, p.jobFlag(), fact.New("JobUnknown", "job", pod.Namespace+"/"+o.Name, "gap", gap, "override", p.jobFlag()))
		}
	}
}
