package inspect

import (
	corev1 "k8s.io/api/core/v1"
)

// SeveralHomes are the Nodes on which the scheduler lets the Pods of a volume start, if one of them has its data and nothing says which: on
// the others an empty directory, or another, may be there. Whoever cordons all but one has told.
func (ix *Index) SeveralHomes(v *corev1.PersistentVolume) (nodes []string, several bool) {
	site := ix.DataOn(v)
	if ix.HomeOf(v).State != HomeNode || len(site.Nodes) < 2 {
		return nil, false
	}
	open := 0
	for _, name := range site.Nodes {
		if n := ix.Node(name); n != nil && !n.Spec.Unschedulable {
			open++
		}
	}
	return site.Nodes, open > 1
}
