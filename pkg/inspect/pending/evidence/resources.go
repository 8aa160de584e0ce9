package evidence

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	resourcehelper "k8s.io/component-helpers/resource"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Left is what is left of a resource on a Node: allocatable less the requests of the Pods that hold it. It is less than nothing
// where these hold more than there is. A Quantity is in the resource's own unit: cores, bytes, or a count.
func Left(ix *inspect.Index, node *corev1.Node, name corev1.ResourceName) resource.Quantity {
	left := node.Status.Allocatable[name].DeepCopy()
	for _, p := range PodsOn(ix, node.Name) {
		left.Sub(PodRequest(p, name))
	}
	return left
}

// PodRequest is what a Pod asks of a resource in all, as the scheduler counts it (noderesources/fit.go: computePodResourceRequest).
func PodRequest(p *corev1.Pod, name corev1.ResourceName) resource.Quantity {
	return resourcehelper.PodRequests(p, resourcehelper.PodResourcesOptions{})[name]
}

// PodsOn are the Pods that occupy a Node: scheduled to it and not ended.
func PodsOn(ix *inspect.Index, node string) []*corev1.Pod {
	var out []*corev1.Pod
	for _, p := range ix.PodsOn(node) {
		if p.Status.Phase != corev1.PodSucceeded && p.Status.Phase != corev1.PodFailed {
			out = append(out, p)
		}
	}
	return out
}
