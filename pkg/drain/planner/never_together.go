package planner

import (
	corev1 "k8s.io/api/core/v1"
)

// neverTogether reports whether no node has all of some volumes.
func (p *planner) neverTogether(volumes ...*corev1.PersistentVolume) bool {
	return p.ix.NeverTogether(volumes...)
}
