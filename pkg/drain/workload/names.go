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

// ClaimNames are the claims of the member by name, sorted, whether they exist or not: those that its StatefulSet makes for it, and those
// that its Pods name. The claims of generic ephemeral volumes, which come and go with a Pod, are not among them.
func (m *Member) ClaimNames() []string {
	var names []string
	if m.Set != nil {
		for _, t := range m.Set.Spec.VolumeClaimTemplates {
			names = append(names, t.Name+"-"+m.Key.Name)
		}
	}
	for _, p := range m.Pods() {
		for i := range p.Spec.Volumes {
			if source := p.Spec.Volumes[i].PersistentVolumeClaim; source != nil {
				names = append(names, source.ClaimName)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
