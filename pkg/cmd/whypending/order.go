package whypending

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// A StatefulSet that goes in order creates no Pod before all those of lower ordinals are Ready: who asks for one that is not there, or for its
// claim, has to ask for the first of those.

// firstUnready is the first Pod that has to be Ready before a StatefulSet creates the one of an ordinal, empty if all are, or it does not go in
// order.
func firstUnready(ix *inspect.Index, s *appsv1.StatefulSet, ordinal int) string {
	if !workload.InOrder(s) {
		return ""
	}
	first, _ := workload.Ordinals(s)
	for i := first; i < ordinal; i++ {
		name := workload.MemberName(s, i)
		if p := ix.Pod(s.Namespace, name); p == nil || !workload.Ready(p) || p.DeletionTimestamp != nil {
			return name
		}
	}
	return ""
}

// setOfPod is the StatefulSet that has, or will have, a Pod of that name, with its ordinal; nil if none has.
func setOfPod(ix *inspect.Index, namespace, pod string) (s *appsv1.StatefulSet, ordinal int) {
	for _, s := range ix.StatefulSets {
		if s.Namespace != namespace || s.DeletionTimestamp != nil {
			continue
		}
		if ordinal, is := workload.OrdinalOf(s, pod); is {
			return s, ordinal
		}
	}
	return nil, 0
}

// notYetCreated says of a Pod that is not there which other has to be Ready before; empty if that is not why.
func notYetCreated(ix *inspect.Index, namespace, pod string) string {
	s, ordinal := setOfPod(ix, namespace, pod)
	if s == nil {
		return ""
	}
	first := firstUnready(ix, s, ordinal)
	if first == "" {
		return ""
	}
	return fmt.Sprintf("; statefulset %s creates it only once %s is Ready: ask for that one", s.Name, first)
}

// orderNotes say of a claim without a Pod which Pod has to be Ready before its own is created.
func orderNotes(ix *inspect.Index, c *corev1.PersistentVolumeClaim) []fact.Fact {
	s, ordinal, made := ix.SetOfClaim(types.NamespacedName{Namespace: c.Namespace, Name: c.Name})
	if !made {
		return nil
	}
	if first := firstUnready(ix, s, ordinal); first != "" {
		return []fact.Fact{fact.New("PodAwaitsOrder", "owner", inspect.Owner{APIVersion: "apps/v1", Kind: "StatefulSet", Name: s.Name, UID: s.UID},
			"pod", fmt.Sprintf("%s-%d", s.Name, ordinal), "first", first).Offering(fact.Plugin("why-pending", first).In(c.Namespace))}
	}
	return nil
}
