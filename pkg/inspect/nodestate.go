package inspect

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
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

// selects evaluates a label selector; nil selects nothing, and so does one that cannot be parsed.
func selects(s *metav1.LabelSelector, set map[string]string) bool {
	sel, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && sel.Matches(labels.Set(set))
}
