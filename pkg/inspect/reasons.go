package inspect

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	resourcehelper "k8s.io/component-helpers/resource"
	schedulingcorev1 "k8s.io/component-helpers/scheduling/corev1"
	"k8s.io/klog/v2"
)

// nodeReason puts a plugin's refusal in words that name what is in the way. The scheduler's text says only that
// something is ("node(s) had untolerated taint(s)"); where the objects tell more, that is said instead.
func (ix *Index) nodeReason(pod *corev1.Pod, node *corev1.Node, r Refusal) NodeReason {
	out := NodeReason{Plugin: r.Plugin, Code: r.Code, Message: plainReasons(r.Reasons)}
	if node == nil || r.Code == "Error" {
		return out
	}
	var better string
	switch r.Plugin {
	case "NodeUnschedulable":
		better = "cordoned"
	case "TaintToleration":
		better = taintReason(pod, node)
	case "NodeResourcesFit":
		better = ix.resourceReason(pod, node, r.Reasons)
	case pluginDevices:
		if kind, gap, ok := ix.devicesUnknown(); ok {
			better = fmt.Sprintf("devices, of which the %s are %s", kind, gap)
		}
	case "InterPodAffinity":
		better = ix.antiAffinityReason(pod, node, r.Reasons)
	}
	if better != "" {
		out.Message = better
	}
	return out
}

// plainReasons drops the "node(s) " that makes sense only behind a count.
func plainReasons(reasons []string) string {
	plain := make([]string, 0, len(reasons))
	for _, r := range reasons {
		plain = append(plain, strings.TrimPrefix(r, "node(s) "))
	}
	return strings.Join(plain, ", ")
}

func taintReason(pod *corev1.Pod, node *corev1.Node) string {
	taint, ok := UntoleratedTaint(pod, node)
	if !ok {
		return ""
	}
	return "taint " + taintText(taint)
}

// UntoleratedTaint is the first taint that keeps the Pod from being scheduled to the Node, as the
// TaintToleration plugin finds it.
func UntoleratedTaint(pod *corev1.Pod, node *corev1.Node) (corev1.Taint, bool) {
	noSchedule := func(t *corev1.Taint) bool {
		return t.Effect == corev1.TaintEffectNoSchedule || t.Effect == corev1.TaintEffectNoExecute
	}
	return schedulingcorev1.FindMatchingUntoleratedTaint(klog.Logger{}, node.Spec.Taints, pod.Spec.Tolerations, noSchedule, false)
}

// taintText is how kubectl writes a taint: key=value:Effect.
func taintText(t corev1.Taint) string {
	if t.Value == "" {
		return fmt.Sprintf("%s:%s", t.Key, t.Effect)
	}
	return fmt.Sprintf("%s=%s:%s", t.Key, t.Value, t.Effect)
}

// resourceReason gives each lacking resource with both values: "cpu: asks 4, 500m free".
func (ix *Index) resourceReason(pod *corev1.Pod, node *corev1.Node, reasons []string) string {
	var parts []string
	for _, reason := range reasons {
		name, ok := strings.CutPrefix(reason, "Insufficient ")
		if !ok {
			parts = append(parts, reason)
			continue
		}
		free, ask := ix.free(node, corev1.ResourceName(name)), podRequest(pod, corev1.ResourceName(name))
		parts = append(parts, fmt.Sprintf("%s: asks %s, %s free", name, ask.String(), free.String()))
	}
	return strings.Join(parts, ", ")
}

// free is what is left of a resource on a Node: allocatable less the requests of the Pods that hold it.
func (ix *Index) free(node *corev1.Node, name corev1.ResourceName) resource.Quantity {
	left := node.Status.Allocatable[name].DeepCopy()
	for _, p := range ix.podsOn(node.Name) {
		left.Sub(podRequest(p, name))
	}
	if left.Sign() < 0 {
		return *resource.NewQuantity(0, left.Format)
	}
	return left
}

// podRequest is what a Pod asks of a resource in all, as the scheduler counts it.
func podRequest(p *corev1.Pod, name corev1.ResourceName) resource.Quantity {
	return resourcehelper.PodRequests(p, resourcehelper.PodResourcesOptions{})[name]
}

// largestPods are the Pods on a Node by their CPU request, largest first, as namespace/name (CPU).
func (ix *Index) largestPods(node string) []string {
	pods := slices.Clone(ix.podsOn(node))
	slices.SortStableFunc(pods, func(a, b *corev1.Pod) int {
		x, y := podRequest(a, corev1.ResourceCPU), podRequest(b, corev1.ResourceCPU)
		return y.Cmp(x)
	})
	var out []string
	for _, p := range pods {
		cpu := podRequest(p, corev1.ResourceCPU)
		out = append(out, fmt.Sprintf("%s/%s (%s CPU)", p.Namespace, p.Name, cpu.String()))
	}
	return out
}

// podsOn are the Pods that occupy a Node: scheduled to it and not ended.
func (ix *Index) podsOn(node string) []*corev1.Pod {
	var out []*corev1.Pod
	for _, p := range ix.podsByNode[node] {
		if p.Status.Phase != corev1.PodSucceeded && p.Status.Phase != corev1.PodFailed {
			out = append(out, p)
		}
	}
	return out
}

// antiAffinityReason names a Pod on the Node that a required anti-affinity term of the pending Pod selects, in
// its own namespace. Other forms keep the plugin's words.
func (ix *Index) antiAffinityReason(pod *corev1.Pod, node *corev1.Node, reasons []string) string {
	if !slices.ContainsFunc(reasons, func(r string) bool { return strings.Contains(r, "pod anti-affinity rules") }) {
		return ""
	}
	if pod.Spec.Affinity == nil || pod.Spec.Affinity.PodAntiAffinity == nil {
		return ""
	}
	for _, term := range pod.Spec.Affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution {
		if term.TopologyKey != corev1.LabelHostname || len(term.Namespaces) > 0 || term.NamespaceSelector != nil {
			continue
		}
		for _, p := range ix.podsOn(node.Name) {
			if p.Namespace == pod.Namespace && selects(term.LabelSelector, p.Labels) {
				return "anti-affinity with " + p.Name
			}
		}
	}
	return ""
}
