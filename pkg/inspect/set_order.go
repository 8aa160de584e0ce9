package inspect

import (
	"fmt"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// FirstUnready is the first Pod that has to be Ready before a StatefulSet creates the one of an ordinal, empty if all are, or it does not go in
// order (controller/statefulset/stateful_set_control.go: processReplica).
func (ix *Index) FirstUnready(s *appsv1.StatefulSet, ordinal int) string {
	if s.Spec.PodManagementPolicy == appsv1.ParallelPodManagement {
		return ""
	}
	first := 0
	if s.Spec.Ordinals != nil {
		first = int(s.Spec.Ordinals.Start)
	}
	for i := first; i < ordinal; i++ {
		name := fmt.Sprintf("%s-%d", s.Name, i)
		if p := ix.Pod(s.Namespace, name); p == nil || !PodReady(p) || p.DeletionTimestamp != nil {
			return name
		}
	}
	return ""
}

// SetOfPod is the StatefulSet that has, or will have, a Pod of that name, with its ordinal; nil if none has.
func (ix *Index) SetOfPod(namespace, pod string) (s *appsv1.StatefulSet, ordinal int) {
	for _, s := range ix.StatefulSets {
		if s.Namespace != namespace || s.DeletionTimestamp != nil {
			continue
		}
		text, of := strings.CutPrefix(pod, s.Name+"-")
		if of && IsOrdinal(s, text) {
			ordinal, _ := strconv.Atoi(text)
			return s, ordinal
		}
	}
	return nil, 0
}

// PodReady reports whether a Pod runs and its condition Ready is true.
func PodReady(p *corev1.Pod) bool {
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.Status == corev1.ConditionTrue && p.Status.Phase == corev1.PodRunning
		}
	}
	return false
}
