package workload

import (
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Member is what moves as one: a Pod, existing or yet to be created, with its claims on the nodes that are left. Pods that
// share such a claim are one member.
type Member struct {
	// Owner is the topmost controller of the Pod, Direct the one that creates the Pod itself.
	Owner, Direct inspect.Owner
	// Set is the StatefulSet that the member belongs to, nil if none.
	Set     *appsv1.StatefulSet
	Ordinal int
	// Key is the name of the Pod, or of the first claim if no Pod is known.
	Key types.NamespacedName
	// Placed are the Pods that have a node, waiting those that have none, of those that name the claims.
	Placed, waiting []*corev1.Pod
	// Deleted are Pods that an earlier run deleted and no controller recreates, as it recorded them.
	Deleted []*corev1.Pod
	Claims  []Claim
	// Relocated says that the claims have other volumes already: an earlier run moved it.
	Relocated bool
	// Ephemeral says that the claims are deleted with their Pod: only the Pod is in the way.
	Ephemeral bool
	// Ends says that the Job of its Pods fails for good when they are removed: no other comes, and the claims stay where they are.
	Ends bool
}

// Claim is a claim with the volume that it leaves. The claim itself is nil if it is gone already; Manifest is what it is
// recreated from.
type Claim struct {
	Volume   *corev1.PersistentVolume
	Claim    *corev1.PersistentVolumeClaim
	Manifest *corev1.PersistentVolumeClaim
	// Current is the claim that has the name now, if it is another one.
	Current *corev1.PersistentVolumeClaim
	// Destination is the volume that the claim has now, or is about to be bound to.
	Destination *corev1.PersistentVolume
	// Recreated says that a controller recreates it.
	Recreated bool
}

// MemberOfSet is the member of a StatefulSet that has a Pod, with nothing known of its claims.
func MemberOfSet(set *appsv1.StatefulSet, name string, pod *corev1.Pod) *Member {
	m := &Member{Set: set, Key: types.NamespacedName{Namespace: set.Namespace, Name: name}, Placed: []*corev1.Pod{pod}}
	m.Owner = inspect.Owner{APIVersion: "apps/v1", Kind: "StatefulSet", Name: set.Name, UID: set.UID}
	m.Direct = m.Owner
	first, last := Ordinals(set)
	for i := first; i < last; i++ {
		if MemberName(set, i) == name {
			m.Ordinal = i
		}
	}
	return m
}

// Object names the claim, whichever one has the name.
func (c Claim) Object() drain.Object {
	return drain.Object{Kind: drain.KindClaim, Namespace: c.Manifest.Namespace, Name: c.Manifest.Name}
}

// Key is the name of the claim.
func (c Claim) Key() types.NamespacedName {
	return types.NamespacedName{Namespace: c.Manifest.Namespace, Name: c.Manifest.Name}
}

// AsBound is the claim as the volume's claimRef has it.
func (c Claim) AsBound() drain.Object {
	o := c.Object()
	if ref := c.Volume.Spec.ClaimRef; ref != nil {
		o.UID = ref.UID
	}
	return o
}

// Moved reports whether the claim has another volume already.
func (c Claim) Moved() bool {
	return c.Destination != nil || c.Current != nil && inspect.FullyBound(c.Current)
}

// OwnedByPod reports whether a claim is deleted with a Pod: it is of a generic ephemeral volume, or of a member that was
// scaled away (controller/statefulset/stateful_set_utils.go: updateClaimOwnerRefForSetAndPod).
func OwnedByPod(c *corev1.PersistentVolumeClaim) bool {
	ref := metav1.GetControllerOf(c)
	return ref != nil && ref.Kind == drain.KindPod
}

// Pods are the Pods that name the claims, those first that have no node yet.
func (m *Member) Pods() []*corev1.Pod { return slices.Concat(m.waiting, m.Placed) }

// Representative is the Pod that stands for the member: one with a controller if there is one, and of those one that waits. One that has ended,
// and one of a DaemonSet, which moves nowhere, stands for no other. It is nil if there is no Pod.
func (m *Member) Representative() *corev1.Pod {
	all := lasting(m.Pods())
	if len(all) == 0 {
		return nil
	}
	if others := slices.DeleteFunc(slices.Clone(all), OfDaemonSet); len(others) > 0 {
		all = others
	}
	if i := slices.IndexFunc(all, func(p *corev1.Pod) bool { return metav1.GetControllerOf(p) != nil }); i >= 0 {
		return all[i]
	}
	return all[0]
}

// recreatesClaim reports whether the member's StatefulSet recreates a claim.
func (m *Member) recreatesClaim(name string) bool {
	return m.Set != nil && slices.ContainsFunc(m.Set.Spec.VolumeClaimTemplates, func(t corev1.PersistentVolumeClaim) bool {
		return name == t.Name+"-"+m.Key.Name
	})
}

// Custom reports whether an operator creates the member's Pod, in its own way.
func (m *Member) Custom() bool {
	return !m.Direct.None() && !builtIn(m.Direct)
}

// operatorCreates reports whether a claim is known to be created by the operator that creates the member's Pod: it belongs to the object
// that the Pod belongs to, or to one of the same operator's API. That a Pod uses a claim proves nothing: the claims of a virtual machine or
// a workflow are often created by hand. What is not proved is created from its manifest, which an operator that does create it permits.
func (m *Member) operatorCreates(c *corev1.PersistentVolumeClaim) bool {
	if !m.Custom() {
		return false
	}
	return slices.ContainsFunc(c.OwnerReferences, func(ref metav1.OwnerReference) bool {
		if ref.UID == m.Direct.UID || ref.UID == m.Owner.UID {
			return true
		}
		group := groupOf(ref.APIVersion)
		return strings.Contains(group, ".") && (group == groupOf(m.Direct.APIVersion) || group == groupOf(m.Owner.APIVersion))
	})
}

// groupOf is the API group of an apiVersion; of the core group, which has none, it is the version.
func groupOf(apiVersion string) string {
	group, _, _ := strings.Cut(apiVersion, "/")
	return group
}

// builtIn reports whether a controller is one of Kubernetes' own: others use the same kinds in groups of their own.
func builtIn(o inspect.Owner) bool {
	group := groupOf(o.APIVersion)
	switch o.Kind {
	case "StatefulSet", "Deployment", "ReplicaSet", "DaemonSet":
		return group == "apps"
	case "Job":
		return group == "batch"
	case "ReplicationController":
		return group == "v1"
	}
	return false
}

// Bare reports whether no controller recreates the member's Pod.
func (m *Member) Bare() bool { return m.Owner.None() && len(m.Placed)+len(m.waiting) > 0 }

// Bares are the Pods on nodes that no controller recreates.
func (m *Member) Bares() []*corev1.Pod {
	return slices.DeleteFunc(slices.Clone(m.Placed), func(p *corev1.Pod) bool { return metav1.GetControllerOf(p) != nil })
}

// GroupName sorts and names the owner of a member: its members are moved one after the other.
func (m *Member) GroupName() string {
	if m.Owner.None() {
		return m.Key.Namespace + "/" + drain.KindPod + "/" + m.Key.Name
	}
	return m.Key.Namespace + "/" + m.Owner.Kind + "/" + m.Owner.Name
}

// Group is the object that stands for a member's owner.
func (m *Member) Group() drain.Object {
	if m.Owner.None() {
		return drain.Object{Kind: drain.KindPod, Namespace: m.Key.Namespace, Name: m.Key.Name}
	}
	return drain.Object{Kind: m.Owner.Kind, Namespace: m.Key.Namespace, Name: m.Owner.Name, UID: m.Owner.UID}
}

// Replicas is how many members a StatefulSet wants.
func Replicas(s *appsv1.StatefulSet) int { return int(ptr.Deref(s.Spec.Replicas, 1)) }

// Ordinals are the ordinals of a StatefulSet's members: from the first to before the last.
func Ordinals(s *appsv1.StatefulSet) (first, last int) {
	if s.Spec.Ordinals != nil {
		first = int(s.Spec.Ordinals.Start)
	}
	return first, first + Replicas(s)
}

// InOrder reports whether a StatefulSet recreates no Pod before all those of lower ordinals are Ready
// (controller/statefulset/stateful_set_control.go: processReplica).
func InOrder(s *appsv1.StatefulSet) bool {
	return s.Spec.PodManagementPolicy != appsv1.ParallelPodManagement
}

// MemberName is the name of the Pod that a StatefulSet has for an ordinal.
func MemberName(s *appsv1.StatefulSet, ordinal int) string {
	return fmt.Sprintf("%s-%d", s.Name, ordinal)
}
