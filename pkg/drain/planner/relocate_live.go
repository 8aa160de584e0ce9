package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
)

// What is different when members leave a node that lives.

// evictMember plans the eviction of a member's Pod. The manifest of one that nobody makes anew is on its volume by then.
func (p *relocator) evictMember(m *workload.Member, pod *corev1.Pod) {
	s := evictStep(pod, *p.evict, p.ix.OwnerOf(pod))
	s.Precondition.Claim, s.Precondition.Volume = m.Claims[0].AsBound(), drain.VolumeObject(m.Claims[0].Volume)
	if s.Destructive {
		s.Why = "nobody makes it anew; its manifest is kept on the volume"
	}
	p.step(s)
}

// whyFree says why a claim must not be in use before it is deleted.
func (p *relocator) whyFree() string {
	if p.evict != nil {
		return "until here the member can still go back to its data"
	}
	return "until here nothing is lost if the node turns out to be alive"
}

// whenBack says when the old data can be used again.
func (p *relocator) whenBack() string {
	if p.evict != nil {
		return "To go back to it"
	}
	return "If the disk comes back"
}

// movedWord is what is done to members, in the past.
func (p *relocator) movedWord() string {
	if p.evict != nil {
		return "moved"
	}
	return "recovered"
}
