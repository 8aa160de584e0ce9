package controlplane

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

const absent = "it does not exist"

// NodeReady is met by a Node that reports Ready and carries no taint of the node lifecycle controller.
func NodeReady(node *corev1.Node) (bool, string) {
	status, state := nodeState(node)
	return status == corev1.ConditionTrue && !lifecycleTaint(node), state
}

// NodeNotReady is met by a Node whose kubelet lives and reports Ready=False.
func NodeNotReady(node *corev1.Node) (bool, string) {
	status, state := nodeState(node)
	return status == corev1.ConditionFalse, state
}

// NodeUnknown is met by a Node that is known to be dead: Ready=Unknown and tainted as unreachable, with NoSchedule.
// The taint with NoExecute, which evicts, follows at the controller's rate and not at all in an outage.
func NodeUnknown(node *corev1.Node) (bool, string) {
	status, state := nodeState(node)
	return status == corev1.ConditionUnknown && hasTaint(node, corev1.TaintNodeUnreachable, corev1.TaintEffectNoSchedule), state
}

// PodReady is met by a Pod that is Ready and not being deleted.
func PodReady(pod *corev1.Pod) (bool, string) {
	if pod == nil {
		return false, absent
	}
	ready := slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	})
	return ready && pod.DeletionTimestamp == nil, podState(pod)
}

// PodTerminating is met by a Pod that has been told to end and has not.
func PodTerminating(pod *corev1.Pod) (bool, string) {
	if pod == nil {
		return false, absent
	}
	return pod.DeletionTimestamp != nil, podState(pod)
}

// PodPending is met by a Pod that the scheduler has looked at and found no node for.
func PodPending(pod *corev1.Pod) (bool, string) {
	if pod == nil {
		return false, absent
	}
	refused := slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse
	})
	return refused && pod.Spec.NodeName == "" && pod.DeletionTimestamp == nil, podState(pod)
}

// ClaimPhase is met by a claim in the phase.
func ClaimPhase(phase corev1.PersistentVolumeClaimPhase) Condition[*corev1.PersistentVolumeClaim] {
	return func(claim *corev1.PersistentVolumeClaim) (bool, string) {
		if claim == nil {
			return false, absent
		}
		return claim.Status.Phase == phase,
			fmt.Sprintf("%s, volume %q, being deleted: %t", claim.Status.Phase, claim.Spec.VolumeName, claim.DeletionTimestamp != nil)
	}
}

// VolumePhase is met by a volume in the phase.
func VolumePhase(phase corev1.PersistentVolumePhase) Condition[*corev1.PersistentVolume] {
	return func(volume *corev1.PersistentVolume) (bool, string) {
		if volume == nil {
			return false, absent
		}
		return volume.Status.Phase == phase, fmt.Sprintf("%s %s", volume.Status.Phase, volume.Status.Message)
	}
}

// Gone is met when there is no object of that name, or another one: with a uid, it is the object with that uid that has
// to go.
func Gone[T Object](uid types.UID) Condition[T] {
	return func(object T) (bool, string) {
		var none T
		if object == none {
			return true, absent
		}
		return uid != "" && object.GetUID() != uid,
			fmt.Sprintf("uid %s, being deleted: %t, finalizers %q", object.GetUID(), object.GetDeletionTimestamp() != nil, object.GetFinalizers())
	}
}

func nodeState(node *corev1.Node) (corev1.ConditionStatus, string) {
	if node == nil {
		return "", absent
	}
	for _, c := range node.Status.Conditions {
		if c.Type == corev1.NodeReady {
			return c.Status, fmt.Sprintf("Ready=%s (%s) since %s, taints %v", c.Status, c.Reason, c.LastTransitionTime, taints(node))
		}
	}
	return "", fmt.Sprintf("no Ready condition, taints %v", taints(node))
}

func podState(pod *corev1.Pod) string {
	var last string
	for _, c := range pod.Status.Conditions {
		last += fmt.Sprintf(" %s=%s", c.Type, c.Status)
		if c.Message != "" {
			last += fmt.Sprintf(" (%s)", c.Message)
		}
	}
	return fmt.Sprintf("%s on node %q, being deleted: %t,%s", pod.Status.Phase, pod.Spec.NodeName, pod.DeletionTimestamp != nil, last)
}

func taints(node *corev1.Node) []string {
	var all []string
	for _, t := range node.Spec.Taints {
		all = append(all, t.Key+":"+string(t.Effect))
	}
	return all
}

func hasTaint(node *corev1.Node, key string, effect corev1.TaintEffect) bool {
	return slices.ContainsFunc(node.Spec.Taints, func(t corev1.Taint) bool { return t.Key == key && t.Effect == effect })
}

func lifecycleTaint(node *corev1.Node) bool {
	return slices.ContainsFunc(node.Spec.Taints, func(t corev1.Taint) bool {
		return t.Key == corev1.TaintNodeNotReady || t.Key == corev1.TaintNodeUnreachable
	})
}
