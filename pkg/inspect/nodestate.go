package inspect

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	schedulingcorev1 "k8s.io/component-helpers/scheduling/corev1"
	"k8s.io/klog/v2"
)

// NodeCondition is what a Node's Ready condition says, in kubectl's words.
type NodeCondition string

// The conditions of a Node.
const (
	NodeReady NodeCondition = "Ready"
	// NodeNotReady: the kubelet is alive and says that the Node is not ready.
	NodeNotReady NodeCondition = "NotReady"
	// NodeUnknown: nothing has been heard of the kubelet for the grace period, or there is no Ready condition.
	NodeUnknown NodeCondition = "Unknown"
)

// ConditionOf returns the condition of a Node and since when it holds (zero if that is not recorded).
// kubectl prints Ready=Unknown as NotReady; here the two are told apart, since Unknown is how a dead Node looks.
func ConditionOf(n *corev1.Node) (NodeCondition, time.Time) {
	for _, c := range n.Status.Conditions {
		if c.Type != corev1.NodeReady {
			continue
		}
		switch c.Status {
		case corev1.ConditionTrue:
			return NodeReady, c.LastTransitionTime.Time
		case corev1.ConditionFalse:
			return NodeNotReady, c.LastTransitionTime.Time
		default:
			return NodeUnknown, c.LastTransitionTime.Time
		}
	}
	return NodeUnknown, time.Time{}
}

// UntoleratedTaint is the first taint that keeps the Pod from being scheduled to the Node, as the
// TaintToleration plugin finds it.
func UntoleratedTaint(pod *corev1.Pod, node *corev1.Node) (corev1.Taint, bool) {
	noSchedule := func(t *corev1.Taint) bool {
		return t.Effect == corev1.TaintEffectNoSchedule || t.Effect == corev1.TaintEffectNoExecute
	}
	return schedulingcorev1.FindMatchingUntoleratedTaint(klog.Logger{}, node.Spec.Taints, pod.Spec.Tolerations, noSchedule, false)
}

// HomeMember is one home.
type HomeMember struct {
	Name string `json:"name"`
	// Ready is the status of the Node's Ready condition: True, False or Unknown.
	Ready         corev1.ConditionStatus `json:"ready"`
	Unschedulable bool                   `json:"unschedulable"`
}

// ReportNode reports a Node as a home. One without a Ready condition, of which nobody has heard yet, is Unknown.
func ReportNode(n *corev1.Node) HomeMember {
	r := HomeMember{Name: n.Name, Ready: corev1.ConditionUnknown, Unschedulable: n.Spec.Unschedulable}
	for _, c := range n.Status.Conditions {
		if c.Type == corev1.NodeReady {
			r.Ready = c.Status
		}
	}
	return r
}

// Status is the Node's status in kubectl's words, which knows only Ready and NotReady, and with one more for a Node whose
// kubelet does not report.
func (n HomeMember) Status() string {
	status := "unreachable"
	switch n.Ready {
	case corev1.ConditionTrue:
		status = "Ready"
	case corev1.ConditionFalse:
		status = "NotReady"
	case corev1.ConditionUnknown:
	}
	if n.Unschedulable {
		status += ",SchedulingDisabled"
	}
	return status
}
