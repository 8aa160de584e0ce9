package workload

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// FuturePods are the Pods that a member will have, none if that cannot be told. A Pod that exists tells more than its
// owner's template: admission has seen it. Of each owner there are as many as wait, or as still run.
func (m *Member) FuturePods(ix *inspect.Index) []*corev1.Pod {
	pods := m.newPods(ix)
	for _, p := range pods {
		// A StatefulSet puts its claims in any order, and claims of one size are served in that order.
		slices.SortStableFunc(p.Spec.Volumes, func(a, b corev1.Volume) int { return cmp.Compare(a.Name, b.Name) })
	}
	return pods
}

// newPods are copies of the Pods that were deleted, if nothing else is left of the member; the Pod of that name of its StatefulSet; or
// those of all its owners.
func (m *Member) newPods(ix *inspect.Index) []*corev1.Pod {
	lead := m.Representative()
	switch {
	case lead == nil && m.Set == nil:
		var out []*corev1.Pod
		for _, p := range m.Deleted {
			out = append(out, p.DeepCopy())
		}
		return out
	case m.Set != nil:
		return []*corev1.Pod{m.nextOfSet(ix, lead)}
	}
	return m.withoutSet(ix, lead)
}

// withoutSet are the Pods of a member that has no StatefulSet: those of each owner once, and of the Pods without an owner those that have
// no node yet, and the one that stands for the member.
func (m *Member) withoutSet(ix *inspect.Index, lead *corev1.Pod) []*corev1.Pod {
	var out []*corev1.Pod
	seen := map[types.UID]bool{}
	for _, p := range lasting(m.Pods()) {
		ref := metav1.GetControllerOf(p)
		if ref == nil && (p.Spec.NodeName != "" && p != lead) || ref != nil && seen[ix.OwnerOf(p).UID] {
			continue // no controller recreates it, or it has been counted
		}
		if ref == nil {
			out = append(out, m.recreated(ix, p))
			continue
		}
		seen[ix.OwnerOf(p).UID] = true
		for _, of := range m.ofOwner(ix, p) {
			out = append(out, m.recreated(ix, of))
		}
	}
	return out
}

// ofOwner are the Pods of an owner that stand for those that it will have: those that wait, else those that run, else any.
func (m *Member) ofOwner(ix *inspect.Index, p *corev1.Pod) []*corev1.Pod {
	owner := ix.OwnerOf(p)
	same := func(pods []*corev1.Pod, also func(*corev1.Pod) bool) []*corev1.Pod {
		return lasting(slices.DeleteFunc(slices.Clone(pods), func(o *corev1.Pod) bool { return ix.OwnerOf(o) != owner || !also(o) }))
	}
	if waiting := same(m.waiting, func(*corev1.Pod) bool { return true }); len(waiting) > 0 {
		return waiting
	}
	if run := same(m.Placed, func(o *corev1.Pod) bool { return o.DeletionTimestamp == nil }); len(run) > 0 {
		return run
	}
	return []*corev1.Pod{p}
}

// recreated is a Pod as it will be recreated.
func (m *Member) recreated(ix *inspect.Index, p *corev1.Pod) *corev1.Pod {
	pod := inspect.StripPod(p)
	pod.Spec.NodeName = TemplateNode(ix, p)
	if m.Set != nil {
		pod.Spec.NodeName = m.Set.Spec.Template.Spec.NodeName
	}
	return pod
}

// Replacement is the Pod that the owner of a Pod creates in its place, as far as that is known: one of a StatefulSet may be of another revision. It is a
// copy, with the node that the template names, if it does.
func Replacement(ix *inspect.Index, p *corev1.Pod) *corev1.Pod {
	m := &Member{Key: types.NamespacedName{Namespace: p.Namespace, Name: p.Name}, Placed: []*corev1.Pod{p}}
	for _, s := range ix.StatefulSets {
		if s.UID != DirectOwner(p).UID {
			continue
		}
		if ordinal, ok := OrdinalOf(s, p.Name); ok {
			m.Set, m.Ordinal = s, ordinal
			return m.nextOfSet(ix, p)
		}
	}
	return m.recreated(ix, p)
}

// TemplateNode is the node that the ReplicaSet of a Pod names for all its Pods, which keeps them from moving; empty if there is none.
func TemplateNode(ix *inspect.Index, p *corev1.Pod) string {
	ref := metav1.GetControllerOf(p)
	if ref == nil {
		return ""
	}
	for _, rs := range ix.ReplicaSets {
		if rs.UID == ref.UID {
			return rs.Spec.Template.Spec.NodeName
		}
	}
	return ""
}
