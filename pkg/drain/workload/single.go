package workload

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Single is the member that uses a claim, with that claim and no other: its Pods are those that name the claim, and that of its
// StatefulSet is yet to come if there is none.
func Single(ix *inspect.Index, c Claim) *Member {
	m := &Member{Claims: []Claim{c}}
	for _, p := range ix.Consumers(c.Manifest.Namespace, c.Manifest.Name) {
		if p.Spec.NodeName == "" {
			m.waiting = append(m.waiting, p)
		} else {
			m.Placed = append(m.Placed, p)
		}
	}
	(&Finder{Ix: ix}).identify(m)
	return m
}

// Unwanted reports whether no controller will recreate the Pod of a member although it has one, and says why.
func (m *Member) Unwanted(ix *inspect.Index) (why fact.Fact, unwanted bool) {
	return (&Finder{Ix: ix}).unwanted(m)
}

// ForeignPodFinalizers are those of a Pod that neither Kubernetes' own controllers nor its garbage collector remove by themselves.
func ForeignPodFinalizers(p *corev1.Pod) []string {
	return slices.DeleteFunc(slices.Clone(p.Finalizers), func(f string) bool {
		return f == "batch.kubernetes.io/job-tracking" || f == "foregroundDeletion" || f == "orphan"
	})
}
