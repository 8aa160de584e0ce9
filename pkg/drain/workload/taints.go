package workload

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// TaintsOf are the taints of a Node that keep Pods from it, as KEY=VALUE:EFFECT, sorted. Those are left out that say what its conditions and
// its cordon say, too.
func TaintsOf(n *corev1.Node) []string {
	var out []string
	for _, t := range n.Spec.Taints {
		switch {
		case t.Effect == corev1.TaintEffectPreferNoSchedule:
		case t.Key == corev1.TaintNodeNotReady, t.Key == corev1.TaintNodeUnreachable, t.Key == corev1.TaintNodeUnschedulable:
		default:
			out = append(out, t.ToString())
		}
	}
	slices.Sort(out)
	return out
}
