package workload

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// PodsByName are Pods in an order that does not depend on how they were read.
func PodsByName(pods []*corev1.Pod) []*corev1.Pod {
	return slices.SortedFunc(slices.Values(pods), func(a, b *corev1.Pod) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
}
