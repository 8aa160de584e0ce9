package workload

import (
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/utils/ptr"
)

// IsOrdinal reports whether a StatefulSet has a member of that ordinal.
func IsOrdinal(s *appsv1.StatefulSet, text string) bool {
	n, err := strconv.Atoi(text)
	if err != nil || text != strconv.Itoa(n) {
		return false
	}
	start := 0
	if s.Spec.Ordinals != nil {
		start = int(s.Spec.Ordinals.Start)
	}
	return n >= start && n < start+int(ptr.Deref(s.Spec.Replicas, 1))
}
