package workload

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Single is the member that uses claims, with those claims and no others: its Pods are those that name one of them, and that of its
// StatefulSet is yet to come if there is none. There is at least one claim.
func Single(ix *inspect.Index, claims ...Claim) *Member {
	m := &Member{Claims: slices.Clone(claims)}
	for _, c := range claims {
		for _, p := range ix.Consumers(c.Manifest.Namespace, c.Manifest.Name) {
			switch {
			case slices.Contains(m.Placed, p), slices.Contains(m.waiting, p):
			case p.Spec.NodeName == "":
				m.waiting = append(m.waiting, p)
			default:
				m.Placed = append(m.Placed, p)
			}
		}
	}
	(&Finder{Ix: ix}).identify(m)
	return m
}

// Joins reports whether two members are one: some Pod is of both, or both are the same member of a StatefulSet.
func (m *Member) Joins(o *Member) bool {
	if m.Set != nil && o.Set != nil && m.Set.UID == o.Set.UID && m.Ordinal == o.Ordinal {
		return true
	}
	return slices.ContainsFunc(m.Pods(), func(p *corev1.Pod) bool { return slices.Contains(o.Pods(), p) })
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
