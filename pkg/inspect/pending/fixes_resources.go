package pending

import (
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// freeResources asks for what is lacking: more room on the Node, or a smaller request where one container's can
// simply be lowered to what is free.
func freeResources(e *evidence, node *corev1.Node, r inspect.Refusal) []candidate {
	if r.Code == inspect.CodeUnresolvable {
		return nil // the Pod asks for more than the Node has in all
	}
	n := node.DeepCopy()
	var resources, lacks []string
	for _, reason := range r.Reasons {
		name, ok := strings.CutPrefix(reason, "Insufficient ")
		if !ok {
			return nil
		}
		lack, ok := lacking(e.ix, e.pod, node, corev1.ResourceName(name))
		if !ok {
			return nil
		}
		total := n.Status.Allocatable[corev1.ResourceName(name)]
		total.Add(lack)
		n.Status.Allocatable[corev1.ResourceName(name)] = total
		resources, lacks = append(resources, name), append(lacks, lack.String())
	}
	fix := Fix{ID: "free-" + node.Name, Titles: []fact.Fact{fact.New("FreeResources", "node", node.Name, "resources", resources, "lacks", lacks)}, Risk: RiskLow}
	for _, name := range resources {
		if largest, count := largestPods(e.ix, node.Name, corev1.ResourceName(name)); count > 0 {
			fix.Notes = append(fix.Notes, fact.New("LargestPods", "pods", largest, "count", count))
		}
	}
	return []candidate{{
		fix:    fix,
		change: setting(n), node: node.Name,
	}}
}
