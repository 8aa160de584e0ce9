package execute

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// podState is how a Pod is that does not run yet, and why, as far as it tells.
func podState(p *corev1.Pod) fact.Fact {
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse {
			if c.Reason == corev1.PodReasonSchedulerError { // it met somebody else's write, the volume controller's as a rule
				return fact.New("PodScheduledAgain", "pod", p.Name, "phase", p.Status.Phase)
			}
			return fact.New("PodHasPhaseBecause", "pod", p.Name, "phase", p.Status.Phase, "why", c.Message)
		}
	}
	for _, c := range p.Status.ContainerStatuses {
		if c.State.Waiting != nil {
			return fact.New("PodHasPhaseBecause", "pod", p.Name, "phase", p.Status.Phase, "why", c.State.Waiting.Reason)
		}
	}
	return fact.New("PodHasPhase", "pod", p.Name, "phase", p.Status.Phase)
}

// namesOneOf passes Pods that name one of some claims.
func namesOneOf(claims []drain.Object) func(*corev1.Pod) bool {
	return func(p *corev1.Pod) bool {
		names := inspect.ClaimNames(p)
		return slices.ContainsFunc(claims, func(c drain.Object) bool { return slices.Contains(names, c.Name) })
	}
}
