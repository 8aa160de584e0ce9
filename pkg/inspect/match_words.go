package inspect

import (
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
)

// TODO walls: these go with the last sentences that are made of them.

func capacityText(v *corev1.PersistentVolume) string {
	if _, ok := v.Spec.Capacity[corev1.ResourceStorage]; !ok {
		return "no capacity"
	}
	return capacityOf(v).String()
}

func classText(name string) string {
	if name == "" {
		return "no class"
	}
	return "class " + name
}

func attributesClassText(name string) string {
	if name == "" {
		return "no attributes class"
	}
	return "attributes class " + name
}

func (ix *Index) refusalText(pod *corev1.Pod, node *corev1.Node, r Refusal) string {
	return strings.Join(phrase.New(phrase.Connection{}).Texts(ix.refusalFacts(pod, node, r)), ", ")
}
