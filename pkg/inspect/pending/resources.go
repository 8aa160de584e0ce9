package pending

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// resourceFacts tell of each resource that lacks what the Pod asks for and what is free, or no more than the plugin does.
func resourceFacts(ix *inspect.Index, pod *corev1.Pod, node *corev1.Node, reasons []string) []fact.Fact {
	facts := make([]fact.Fact, 0, len(reasons))
	for _, reason := range reasons {
		name, ok := strings.CutPrefix(reason, "Insufficient ")
		if !ok {
			facts = append(facts, fact.New("PluginRefuses", "words", plainReasons([]string{reason})))
			continue
		}
		free, ask := free(ix, node, corev1.ResourceName(name)), evidence.PodRequest(pod, corev1.ResourceName(name))
		facts = append(facts, fact.New(CodeResourceLacking, "subject", name, "want", ask.String(), "have", free.String()))
	}
	return facts
}

// free is what is left of a resource on a Node, or nothing.
func free(ix *inspect.Index, node *corev1.Node, name corev1.ResourceName) resource.Quantity {
	left := evidence.Left(ix, node, name)
	if left.Sign() < 0 {
		return *resource.NewQuantity(0, left.Format)
	}
	return left
}
