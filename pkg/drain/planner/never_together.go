package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// neverTogether reports whether no node has all of some volumes. One whose home is missing or not known says nothing.
func (p *planner) neverTogether(volumes ...*corev1.PersistentVolume) bool {
	var common []string
	for i, v := range volumes {
		home := p.ix.HomeOf(v)
		if home.State != inspect.HomeNode {
			return false
		}
		names := home.Names()
		if i == 0 {
			common = slices.Clone(names)
			continue
		}
		common = slices.DeleteFunc(common, func(n string) bool { return !slices.Contains(names, n) })
	}
	return len(common) == 0
}
