package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
)

// guardMeanwhile has the eviction of a member wait, as one that moves does, until a majority of its owner serves without it: another one may have
// failed since the Plan was made, with a question or with other Pods in between. Those that leave the node as well do not count. So it waits for
// an earlier one without which its StatefulSet would not recreate it.
func (p *drainPlanner) guardMeanwhile(m *workload.Member, peers drain.Peers) {
	s := &drain.Safeguards{Owner: m.Direct.String(), OwnerUID: m.Direct.UID, Ready: drain.Majority(peers.Wanted)}
	for _, pod := range p.ix.Pods {
		switch {
		case pod.Namespace != m.Key.Namespace || p.ix.OwnerOf(pod) != m.Owner || slices.Contains(m.Pods(), pod):
		case p.takesDown(pod):
			s.OwnerUID = "" // that one is of the same owner, and would count
		default:
			s.Named = append(s.Named, pod.Name)
		}
	}
	slices.Sort(s.Named)
	if !p.req.AllowDown {
		s.Earlier = slices.DeleteFunc(earlierPods(m), func(name string) bool {
			pod := p.ix.Pod(m.Key.Namespace, name) // one that does not serve yet comes back with the node, or was told of
			return pod == nil || !p.servesOn(pod)
		})
	}
	for _, pod := range m.Placed {
		if p.takesDown(pod) {
			p.guard(pod, drain.PodGuards{Member: m.Key.Name, Safeguards: s, Finalizers: slices.Concat(workload.ForeignPodFinalizers(pod))})
		}
	}
}

// guard notes what must still hold when a Pod is evicted.
func (p *drainPlanner) guard(pod *corev1.Pod, g drain.PodGuards) {
	if p.guards == nil {
		p.guards = map[types.UID]drain.PodGuards{}
	}
	p.guards[pod.UID] = g
}
