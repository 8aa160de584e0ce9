package workload

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Names reports whether a claim is one of the member's, whether it exists or not: one of its Pods names it, or its StatefulSet makes one
// of that name for it.
func (m *Member) Names(claim string) bool {
	if m.Set != nil && slices.ContainsFunc(m.Set.Spec.VolumeClaimTemplates, func(t corev1.PersistentVolumeClaim) bool {
		return claim == t.Name+"-"+m.Key.Name
	}) {
		return true
	}
	return slices.ContainsFunc(m.Pods(), func(p *corev1.Pod) bool { return slices.Contains(inspect.ClaimNames(p), claim) })
}
