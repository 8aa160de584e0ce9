package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
)

// undirected blocks what claims of the member could be given for which nothing is reserved: the scheduler takes a free volume before it has one
// provisioned (volumebinding/binder.go: FindPodVolumes), wherever the Pod fits, and a class that binds at once waits for no Pod.
func (p *relocation) undirected() {
	for _, c := range p.claims() {
		next := p.member.Next(p.ix, c).Claim
		if c.Moved() || p.places.volumeFor(p.member, c) != nil || p.place() == nil && p.ix.Delayed(next) {
			continue
		}
		nextVolumes{
			planner: p.planner, member: p.member, claim: c.Key(), judged: true, accept: p.places.accept, flag: acceptForeign,
			stays: p.boundBeside(p.member, func(o *corev1.PersistentVolumeClaim) bool {
				return slices.ContainsFunc(p.member.Claims, func(own workload.Claim) bool { return own.Claim == o })
			}),
			takes: func(n *corev1.Node, pods []*corev1.Pod) bool {
				return !p.places.departing[n.Name] && takesPods(n, pods)
			},
		}.refuse(c)
	}
}

// broughtElsewhere blocks what the claims of ephemeral volumes could be given that the next Pods of a member bring with them when it leaves.
func (p *relocation) broughtElsewhere() {
	nextVolumes{planner: p.planner, member: p.member, accept: p.places.accept, flag: acceptForeign, takes: func(n *corev1.Node, pods []*corev1.Pod) bool {
		return !p.places.departing[n.Name] && takesPods(n, pods)
	}}.brought(false)
}
