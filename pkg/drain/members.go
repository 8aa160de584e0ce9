package drain

import (
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// member is what moves as one: a Pod, there or yet to be made, with its claims on the nodes that are left. Pods that
// share such a claim are one member.
type member struct {
	// owner is the topmost controller of the Pod, direct the one that makes the Pod itself.
	owner, direct inspect.Owner
	// set is the StatefulSet that the member belongs to, nil if none.
	set     *appsv1.StatefulSet
	ordinal int
	key     types.NamespacedName // of the Pod, or of the first claim if none is known
	// placed are the Pods that have a node, waiting those that have none, of those that name the claims.
	placed, waiting []*corev1.Pod
	// deleted are Pods that an earlier run deleted and nobody makes anew, as it saved them.
	deleted []*corev1.Pod
	claims  []memberClaim
	// place is where it will land; nil if nowhere is known.
	place *place
	// landed tells a member whose claims have other volumes already: an earlier run moved it.
	landed bool
	// ephemeral tells a Pod whose claims live and die with it: only the Pod is in the way.
	ephemeral bool
}

// memberClaim is a claim with the volume that it leaves. The claim is nil if it is gone already; manifest is what it
// is made anew from.
type memberClaim struct {
	volume   *corev1.PersistentVolume
	claim    *corev1.PersistentVolumeClaim
	manifest *corev1.PersistentVolumeClaim
	// now is the claim that has the name by now, if it is another one.
	now *corev1.PersistentVolumeClaim
	// to is the volume that the claim has by now, or is about to be bound to.
	to *corev1.PersistentVolume
	// remade reports whether a controller makes it anew.
	remade bool
}

func (c memberClaim) object() Object {
	return Object{Kind: kindClaim, Namespace: c.manifest.Namespace, Name: c.manifest.Name}
}

func (c memberClaim) key() types.NamespacedName {
	return types.NamespacedName{Namespace: c.manifest.Namespace, Name: c.manifest.Name}
}

// old is the claim as the volume's claimRef has it.
func (c memberClaim) old() Object {
	o := c.object()
	if ref := c.volume.Spec.ClaimRef; ref != nil {
		o.UID = ref.UID
	}
	return o
}

// moved reports whether the claim has another volume already.
func (c memberClaim) moved() bool { return c.to != nil || c.now != nil && inspect.FullyBound(c.now) }

// lives reports whether the claim lives and dies with a Pod: it is of a generic ephemeral volume, or of a member that was
// scaled away (controller/statefulset/stateful_set_utils.go: updateClaimOwnerRefForSetAndPod).
func (c memberClaim) lives() bool {
	ref := metav1.GetControllerOf(c.manifest)
	return ref != nil && ref.Kind == kindPod
}

// pods are the Pods that name the claims, those first that have no node yet.
func (m *member) pods() []*corev1.Pod { return slices.Concat(m.waiting, m.placed) }

// lead is the Pod that stands for the member: one with a controller if there is one, and of those one that waits. It is
// nil if there is no Pod.
func (m *member) lead() *corev1.Pod {
	all := m.pods()
	for _, p := range all {
		if metav1.GetControllerOf(p) != nil {
			return p
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

// makesClaim reports whether the member's StatefulSet makes a claim anew.
func (m *member) makesClaim(name string) bool {
	return m.set != nil && slices.ContainsFunc(m.set.Spec.VolumeClaimTemplates, func(t corev1.PersistentVolumeClaim) bool {
		return name == t.Name+"-"+m.key.Name
	})
}

// remake is a claim as it will be made anew: by the member's StatefulSet from its template, which may ask for something
// else than the claim that there is, or as it was.
func (m *member) remake(c memberClaim) *corev1.PersistentVolumeClaim {
	fresh := inspect.StripClaim(c.manifest)
	if !m.makesClaim(c.manifest.Name) {
		return fresh
	}
	for _, t := range m.set.Spec.VolumeClaimTemplates {
		if c.manifest.Name != t.Name+"-"+m.key.Name || len(t.Spec.AccessModes) == 0 {
			continue
		}
		class := fresh.Spec.StorageClassName // the default class, if the template names none
		fresh.Spec = *t.Spec.DeepCopy()
		if fresh.Spec.StorageClassName == nil {
			fresh.Spec.StorageClassName = class
		}
	}
	return fresh
}

// custom reports whether an operator makes the member's Pod: its ways are its own.
func (m *member) custom() bool {
	return !m.direct.None() && !builtIn(m.direct)
}

// builtIn reports whether a controller is one of Kubernetes' own: others use the same kinds in groups of their own.
func builtIn(o inspect.Owner) bool {
	group, _, _ := strings.Cut(o.APIVersion, "/")
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

// bare reports whether nobody makes the member's Pod anew.
func (m *member) bare() bool { return m.owner.None() && len(m.placed)+len(m.waiting) > 0 }

// bares are the Pods on nodes that nobody makes anew.
func (m *member) bares() []*corev1.Pod {
	return slices.DeleteFunc(slices.Clone(m.placed), func(p *corev1.Pod) bool { return metav1.GetControllerOf(p) != nil })
}

// groupName sorts and names the owner of a member: its members are moved one after the other.
func (m *member) groupName() string {
	if m.owner.None() {
		return m.key.Namespace + "/" + kindPod + "/" + m.key.Name
	}
	return m.key.Namespace + "/" + m.owner.Kind + "/" + m.owner.Name
}

// group is the object that stands for a member's owner.
func (m *member) group() Object {
	if m.owner.None() {
		return Object{Kind: kindPod, Namespace: m.key.Namespace, Name: m.key.Name}
	}
	return Object{Kind: m.owner.Kind, Namespace: m.key.Namespace, Name: m.owner.Name, UID: m.owner.UID}
}

// replicas is how many members a StatefulSet wants.
func replicas(s *appsv1.StatefulSet) int { return int(ptr.Deref(s.Spec.Replicas, 1)) }

// ordinals are the ordinals of a StatefulSet's members: from the first to before the last.
func ordinals(s *appsv1.StatefulSet) (first, last int) {
	if s.Spec.Ordinals != nil {
		first = int(s.Spec.Ordinals.Start)
	}
	return first, first + replicas(s)
}

func memberName(s *appsv1.StatefulSet, ordinal int) string {
	return fmt.Sprintf("%s-%d", s.Name, ordinal)
}
