package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// safeguards are what the Plan rests on when it evicts the member's Pod and deletes its claims. A member without others has none to
// wait for.
func (p *relocation) safeguards() *drain.Safeguards {
	m := p.member
	s := &drain.Safeguards{Owner: m.Direct.String(), OwnerUID: m.Direct.UID, NoOutage: p.noOutage}
	if place := p.place(); place != nil {
		s.Node, s.Cordoned = place.Node, p.cordons[place.Node]
		if n := p.ix.Node(place.Node); n != nil {
			s.Taints = workload.TaintsOf(n)
		}
	}
	if p.takenDown() {
		s.Earlier = earlierPods(p.member)
	}
	if p.peers.Kind != drain.CountedPeers || p.peers.Wanted <= 1 {
		return s
	}
	if slices.ContainsFunc(m.Claims, p.accepted) && !slices.ContainsFunc(m.Claims, p.unaccepted) {
		return s
	}
	s.Ready = drain.Majority(p.peers.Wanted)
	for _, pod := range p.ix.Pods {
		if pod.Namespace == m.Key.Namespace && pod.Name != m.Key.Name && p.ix.OwnerOf(pod) == m.Owner && !slices.Contains(m.Pods(), pod) {
			s.Named = append(s.Named, pod.Name)
		}
	}
	slices.Sort(s.Named)
	return s
}

// guards are what must still hold when a Pod of the member is evicted.
func (p *relocation) guards(pod *corev1.Pod) drain.PodGuards {
	return drain.PodGuards{Member: p.member.Key.Name, Safeguards: p.safeguards(), Finalizers: slices.Concat(workload.ForeignPodFinalizers(pod))}
}

// reserved are the volumes that are reserved for the member's claims before its Pod is evicted.
func (p *relocation) reserved() []drain.Reservation {
	if p.returning != nil {
		return p.returning
	}
	var out []drain.Reservation
	for _, c := range p.reservedFirst() {
		if v := p.places.volumeFor(p.member, c); v != nil && !c.Moved() {
			out = append(out, p.reservation(v, c.Object()))
		}
	}
	return out
}

// apart reports whether a Pod is on a node on which a volume of its claims cannot be used: such a one is no member that runs.
func (p *planner) apart(pod *corev1.Pod) bool {
	return slices.ContainsFunc(inspect.ClaimNames(pod), func(name string) bool {
		c := p.ix.Claim(pod.Namespace, name)
		if c == nil {
			return false
		}
		v := p.ix.Volume(c.Spec.VolumeName)
		return v != nil && p.ix.Node(pod.Spec.NodeName) != nil && p.ix.Usable(v) && !p.ix.UsableOn(v, pod.Spec.NodeName)
	})
}

// accepted reports whether the loss of what a claim holds was accepted.
func (p *relocator) accepted(c workload.Claim) bool { return slices.Contains(p.accept, c.Key()) }

// unaccepted reports whether a claim holds something whose loss was not accepted.
func (p *relocator) unaccepted(c workload.Claim) bool { return c.Claim != nil && !p.accepted(c) }
