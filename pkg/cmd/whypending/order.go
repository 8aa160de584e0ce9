package whypending

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// A StatefulSet that goes in order creates no Pod before all those of lower ordinals are Ready: who asks for one that is not there, or for its
// claim, has to ask for the first of those.

// notYetCreated says of a Pod that is not there which other has to be Ready before; empty if that is not why.
func notYetCreated(ix *inspect.Index, namespace, pod string) string {
	s, ordinal := ix.SetOfPod(namespace, pod)
	if s == nil {
		return ""
	}
	first := ix.FirstUnready(s, ordinal)
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
	if first := ix.FirstUnready(s, ordinal); first != "" {
		return []fact.Fact{fact.New("PodAwaitsOrder", "owner", inspect.Owner{APIVersion: "apps/v1", Kind: "StatefulSet", Name: s.Name, UID: s.UID},
			"pod", fmt.Sprintf("%s-%d", s.Name, ordinal), "first", first).Offering(fact.Plugin("why-pending", first).In(c.Namespace))}
	}
	return nil
}
