package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// notReplaced says that no other Pod comes in the place of one that is taken away, and why; nothing, if one does.
func (p *planner) notReplaced(pod *corev1.Pod) fact.Fact {
	if workload.FinishedPod(pod) || p.ix.OwnerOf(pod).None() || workload.OfDaemonSet(pod) {
		return fact.Fact{}
	}
	m := &workload.Member{Owner: p.ix.OwnerOf(pod), Direct: workload.DirectOwner(pod), Placed: []*corev1.Pod{pod}}
	m.Key.Namespace, m.Key.Name = pod.Namespace, pod.Name
	if why := p.namespaceGoes(m); !why.IsZero() {
		return fact.New("WhyNotReplaced", "why", why)
	}
	if why, unwanted := m.Unwanted(p.ix); unwanted {
		return fact.New("WhyNotReplaced", "why", why)
	}
	return fact.Fact{}
}
