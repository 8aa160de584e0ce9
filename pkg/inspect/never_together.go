package inspect

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// NeverTogether reports whether no Node has all of some volumes. One whose home is missing or unknown says nothing.
func (ix *Index) NeverTogether(volumes ...*corev1.PersistentVolume) bool {
	var common []string
	for i, v := range volumes {
		home := ix.HomeOf(v)
		if home.State != HomeNode {
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
