package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// neverFail blocks members of Jobs whose Pods stay for ever: the controller of such a Job keeps a Pod until that has failed, which
// nobody says of one on a node that is dead. Of one whose Node is gone, or tainted out of service, the garbage collector of Pods does
// (controller/job/job_controller.go: isPodFailed; controller/podgc/gc_controller.go).
func (p *recoverPlanner) neverFail() {
	if p.disksGone() {
		return
	}
	for _, m := range p.members {
		for _, pod := range m.Placed {
			n := p.ix.Node(pod.Spec.NodeName)
			if n == nil || !p.departing[n.Name] || m.Relocated || liveness.OutOfService(n) || !p.awaitsFailure(pod) {
				continue
			}
			p.saidOf(m.Key.String(), func() {
				p.block(drain.BlockedFinalizer, "", fact.New("JobPodNeverFails", "pod", drain.PodObject(pod), "owner", p.ix.OwnerOf(pod), "node", n.Name).
					Offering(fact.Kubectl("taint", "node", n.Name, corev1.TaintNodeOutOfService+"=nodeshutdown:NoExecute")))
			})
		}
	}
}
