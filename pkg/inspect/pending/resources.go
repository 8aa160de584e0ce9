package pending

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	resourcehelper "k8s.io/component-helpers/resource"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
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
		free, ask := free(ix, node, corev1.ResourceName(name)), podRequest(pod, corev1.ResourceName(name))
		facts = append(facts, fact.New(CodeResourceLacking, "subject", name, "want", ask.String(), "have", free.String()))
	}
	return facts
}

// free is what is left of a resource on a Node: allocatable less the requests of the Pods that hold it.
func free(ix *inspect.Index, node *corev1.Node, name corev1.ResourceName) resource.Quantity {
	left := node.Status.Allocatable[name].DeepCopy()
	for _, p := range podsOn(ix, node.Name) {
		left.Sub(podRequest(p, name))
	}
	if left.Sign() < 0 {
		return *resource.NewQuantity(0, left.Format)
	}
	return left
}

// lacking is by how much a Pod's request exceeds what is free on a Node.
func lacking(ix *inspect.Index, pod *corev1.Pod, node *corev1.Node, name corev1.ResourceName) (resource.Quantity, bool) {
	ask := podRequest(pod, name)
	left := node.Status.Allocatable[name].DeepCopy()
	for _, p := range podsOn(ix, node.Name) {
		left.Sub(podRequest(p, name))
	}
	ask.Sub(left)
	return ask, ask.Sign() > 0
}

// podRequest is what a Pod asks of a resource in all, as the scheduler counts it.
func podRequest(p *corev1.Pod, name corev1.ResourceName) resource.Quantity {
	return resourcehelper.PodRequests(p, resourcehelper.PodResourcesOptions{})[name]
}

// largestPods are the Pods on a Node that hold some of a resource, those that hold most first. Of too many the last are
// counted only.
func largestPods(ix *inspect.Index, node string, name corev1.ResourceName) (told []fact.Fact, count int) {
	var pods []*corev1.Pod
	for _, p := range podsOn(ix, node) {
		if q := podRequest(p, name); q.Sign() > 0 {
			pods = append(pods, p)
		}
	}
	slices.SortStableFunc(pods, func(a, b *corev1.Pod) int {
		x, y := podRequest(a, name), podRequest(b, name)
		return y.Cmp(x)
	})
	for _, p := range pods[:min(len(pods), maxTold)] {
		q := podRequest(p, name)
		told = append(told, fact.New("PodHolds", "pod", p.Namespace+"/"+p.Name, "resource", name, "amount", q.String()))
	}
	return told, len(pods)
}

// podsOn are the Pods that occupy a Node: scheduled to it and not ended.
func podsOn(ix *inspect.Index, node string) []*corev1.Pod {
	var out []*corev1.Pod
	for _, p := range ix.PodsOn(node) {
		if p.Status.Phase != corev1.PodSucceeded && p.Status.Phase != corev1.PodFailed {
			out = append(out, p)
		}
	}
	return out
}
