package inspecttest

import (
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const day = 24 * time.Hour

// Node is Ready and has 4 CPUs, 8Gi and room for 110 Pods.
func Node(name string, edits ...func(*corev1.Node)) *corev1.Node {
	room := corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("4"), corev1.ResourceMemory: resource.MustParse("8Gi"), corev1.ResourcePods: resource.MustParse("110")}
	n := &corev1.Node{ObjectMeta: saved(name, 100*day), Status: corev1.NodeStatus{Capacity: room, Allocatable: room.DeepCopy()}}
	NodeLabel(corev1.LabelHostname, name)(n)
	Condition(corev1.ConditionTrue, 50*day)(n)
	return edited(n, edits)
}

// NodeLabel gives a Node a label.
func NodeLabel(key, value string) func(*corev1.Node) {
	return func(n *corev1.Node) { metav1.SetMetaDataLabel(&n.ObjectMeta, key, value) }
}

// Condition gives a Node its Ready condition, for so long.
func Condition(status corev1.ConditionStatus, since time.Duration) func(*corev1.Node) {
	return func(n *corev1.Node) {
		n.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: status, LastTransitionTime: Ago(since)}}
	}
}

// Unreachable is how a Node looks whose kubelet has not reported for 14 minutes.
func Unreachable(n *corev1.Node) {
	Condition(corev1.ConditionUnknown, 14*time.Minute)(n)
	Tainted(corev1.TaintNodeUnreachable, "", corev1.TaintEffectNoSchedule)(n)
}

// OutOfService taints a Node as one that is powered off.
func OutOfService(n *corev1.Node) {
	Tainted(corev1.TaintNodeOutOfService, "nodeshutdown", corev1.TaintEffectNoExecute)(n)
}

// Tainted adds a taint to a Node.
func Tainted(key, value string, effect corev1.TaintEffect) func(*corev1.Node) {
	return func(n *corev1.Node) {
		n.Spec.Taints = append(n.Spec.Taints, corev1.Taint{Key: key, Value: value, Effect: effect})
	}
}

// Cordoned is how a Node looks that takes no Pods.
func Cordoned(n *corev1.Node) { n.Spec.Unschedulable = true }

// BornAgo gives a Node an age.
func BornAgo(d time.Duration) func(*corev1.Node) {
	return func(n *corev1.Node) { n.CreationTimestamp = Ago(d) }
}

// Allows lets Pods have so much of a resource on a Node.
func Allows(name corev1.ResourceName, amount string) func(*corev1.Node) {
	return func(n *corev1.Node) { n.Status.Allocatable[name] = resource.MustParse(amount) }
}

// Lease is that of a Node, at a resourceVersion.
func Lease(node, version string) *coordinationv1.Lease {
	return &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{
		Namespace: corev1.NamespaceNodeLease, Name: node, UID: UID(node + "-lease"), ResourceVersion: version,
	}}
}
