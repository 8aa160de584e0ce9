package fix

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// freeResources asks for what is lacking: more room on the Node, or a smaller request where one container's can
// simply be lowered to what is free.
func freeResources(e evidence.Evidence, node *corev1.Node, r inspect.Refusal) []candidate {
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
		lack, ok := lacking(e.Index, e.Pod, node, corev1.ResourceName(name))
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
		if largest, count := largestPods(e.Index, node.Name, corev1.ResourceName(name)); count > 0 {
			fix.Notes = append(fix.Notes, fact.New("LargestPods", "pods", largest, "count", count))
		}
	}
	return []candidate{{
		fix:    fix,
		change: setting(n), node: node.Name,
	}}
}

// lacking is by how much a Pod's request exceeds what is left on a Node, and whether it does.
func lacking(ix *inspect.Index, pod *corev1.Pod, node *corev1.Node, name corev1.ResourceName) (resource.Quantity, bool) {
	ask := evidence.PodRequest(pod, name)
	ask.Sub(evidence.Left(ix, node, name))
	return ask, ask.Sign() > 0
}

// largestPods are the Pods on a Node that hold some of a resource, those that hold most first. Of too many the last are
// counted only.
func largestPods(ix *inspect.Index, node string, name corev1.ResourceName) (told []fact.Fact, count int) {
	var pods []*corev1.Pod
	for _, p := range evidence.PodsOn(ix, node) {
		if q := evidence.PodRequest(p, name); q.Sign() > 0 {
			pods = append(pods, p)
		}
	}
	slices.SortStableFunc(pods, func(a, b *corev1.Pod) int {
		x, y := evidence.PodRequest(a, name), evidence.PodRequest(b, name)
		return y.Cmp(x)
	})
	for _, p := range pods[:min(len(pods), maxPodsTold)] {
		q := evidence.PodRequest(p, name)
		told = append(told, fact.New("PodHolds", "pod", p.Namespace+"/"+p.Name, "resource", name, "amount", q.String()))
	}
	return told, len(pods)
}
