package execute

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	resourcehelpers "k8s.io/component-helpers/resource"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
)

// usageOfPod is what a Pod counts for in quotas (kubernetes/pkg/quota/v1/evaluator/core: pods.go, PodUsageFunc). One that has ended, or should
// have stopped, counts as an object only.
func usageOfPod(p *corev1.Pod, now time.Time) corev1.ResourceList {
	one := *resource.NewQuantity(1, resource.DecimalSI)
	out := corev1.ResourceList{"count/pods": one}
	if workload.FinishedPod(p) || overdue(p, now) {
		return out
	}
	out[corev1.ResourcePods] = one
	for name, amount := range resourcehelpers.PodRequests(p, resourcehelpers.PodResourcesOptions{}) {
		out[name], out["requests."+name] = amount, amount
	}
	for name, amount := range resourcehelpers.PodLimits(p, resourcehelpers.PodResourcesOptions{}) {
		out["limits."+name] = amount
	}
	return out
}

// overdue reports whether a Pod that is being deleted should have stopped.
func overdue(p *corev1.Pod, now time.Time) bool {
	if p.DeletionTimestamp == nil || p.DeletionGracePeriodSeconds == nil {
		return false
	}
	return now.After(p.DeletionTimestamp.Add(time.Duration(*p.DeletionGracePeriodSeconds) * time.Second))
}
