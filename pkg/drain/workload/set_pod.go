package workload

import (
	"maps"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// nextOfSet is the Pod that the member's StatefulSet will have for it: the one that waits already, the one that there is if it is of the
// revision that is created next, or else one of that revision. Whoever edits the template with the strategy OnDelete, or above a
// partition, finds out only when the Pod is recreated.
func (m *Member) nextOfSet(ix *inspect.Index, lead *corev1.Pod) *corev1.Pod {
	if lead != nil && lead.Name != m.Key.Name {
		lead = nil // it is none of the set's
	}
	if lead != nil && lead.Spec.NodeName == "" && lead.DeletionTimestamp == nil {
		return m.recreated(ix, lead)
	}
	next := nextRevision(m.Set, m.Ordinal)
	switch {
	case lead != nil && (next.name == revisionOf(lead) || next.unknown()):
		return m.withClaims(m.recreated(ix, lead))
	case next.ofTemplate || next.unknown():
		return PodOfSet(m.Set, m.Key.Name)
	}
	if twin := m.ofRevision(ix, next.name); twin != nil {
		return m.recreated(ix, twin)
	}
	if lead == nil {
		return PodOfSet(m.Set, m.Key.Name)
	}
	return m.withClaims(m.recreated(ix, lead))
}

// withClaims is a Pod of the member with the claims that its StatefulSet has come to create since, which are of no revision: a set that was
// recreated over its Pods may have more of them (controller/statefulset/stateful_set_utils.go: updateStorage).
func (m *Member) withClaims(p *corev1.Pod) *corev1.Pod {
	names := inspect.ClaimNames(p)
	for _, t := range m.Set.Spec.VolumeClaimTemplates {
		if !slices.Contains(names, t.Name+"-"+m.Key.Name) {
			ownClaims(&appsv1.StatefulSet{Spec: appsv1.StatefulSetSpec{VolumeClaimTemplates: []corev1.PersistentVolumeClaim{t}}}, &p.Spec, m.Key.Name)
		}
	}
	return p
}

// revision is one that a StatefulSet creates Pods of.
type revision struct {
	// name is what Pods of it are labelled with, empty if it is not known.
	name string
	// ofTemplate says that it is that of the template as it is now.
	ofTemplate bool
}

// unknown reports whether nothing is known of a revision: no controller has seen the set.
func (r revision) unknown() bool { return r.name == "" && !r.ofTemplate }

// nextRevision is the revision of the Pod that a StatefulSet creates next for an ordinal
// (controller/statefulset/stateful_set_utils.go: newVersionedStatefulSetPod).
func nextRevision(s *appsv1.StatefulSet, ordinal int) revision {
	first, _ := Ordinals(s)
	held := 0 // of so many members the earlier revision is created
	switch rolling := s.Spec.UpdateStrategy.RollingUpdate; {
	case rolling != nil:
		held = int(ptr.Deref(rolling.Partition, 0))
	case s.Spec.UpdateStrategy.Type == appsv1.RollingUpdateStatefulSetStrategyType:
		held = int(s.Status.CurrentReplicas)
	}
	switch {
	case ordinal < first+held:
		return revision{name: s.Status.CurrentRevision}
	case s.Status.ObservedGeneration < s.Generation:
		return revision{ofTemplate: true} // the template may have been edited since
	}
	return revision{name: s.Status.UpdateRevision, ofTemplate: s.Status.UpdateRevision != ""}
}

func revisionOf(p *corev1.Pod) string { return p.Labels[appsv1.ControllerRevisionHashLabelKey] }

// ofRevision is another Pod of the member's StatefulSet, of a revision, as it would be if it were the member's; nil if there is none.
func (m *Member) ofRevision(ix *inspect.Index, name string) *corev1.Pod {
	for _, p := range PodsByName(ix.Pods) {
		if DirectOwner(p).UID != m.Set.UID || p.Namespace != m.Set.Namespace || revisionOf(p) != name {
			continue
		}
		twin := p.DeepCopy()
		twin.Name, twin.Status = m.Key.Name, corev1.PodStatus{}
		twin.Labels = maps.Clone(p.Labels)
		if _, named := twin.Labels[appsv1.StatefulSetPodNameLabel]; named {
			twin.Labels[appsv1.StatefulSetPodNameLabel] = m.Key.Name
		}
		ownClaims(m.Set, &twin.Spec, m.Key.Name)
		return twin
	}
	return nil
}

// PodOfSet is the Pod that a StatefulSet makes for a member of its template
// (controller/statefulset/stateful_set_utils.go: newStatefulSetPod), with the requests that the API server derives from limits
// (pkg/apis/core/v1/defaults.go: SetDefaults_Pod).
func PodOfSet(s *appsv1.StatefulSet, name string) *corev1.Pod {
	p := &corev1.Pod{
		ObjectMeta: *s.Spec.Template.ObjectMeta.DeepCopy(),
		Spec:       *s.Spec.Template.Spec.DeepCopy(),
	}
	p.Namespace, p.Name = s.Namespace, name
	ownClaims(s, &p.Spec, name)
	for _, containers := range [][]corev1.Container{p.Spec.InitContainers, p.Spec.Containers} {
		for i := range containers {
			requestLimits(&containers[i].Resources)
		}
	}
	return p
}

// ownClaims lets a Pod of a StatefulSet use the claims that the set creates for the member of that name.
func ownClaims(s *appsv1.StatefulSet, spec *corev1.PodSpec, name string) {
	spec.Volumes = slices.DeleteFunc(slices.Clone(spec.Volumes), func(v corev1.Volume) bool {
		return slices.ContainsFunc(s.Spec.VolumeClaimTemplates, func(t corev1.PersistentVolumeClaim) bool { return t.Name == v.Name })
	})
	for _, t := range s.Spec.VolumeClaimTemplates {
		spec.Volumes = append(spec.Volumes, corev1.Volume{Name: t.Name, VolumeSource: corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: t.Name + "-" + name}}})
	}
}

// requestLimits lets a container request what it is limited to, where it does not say.
func requestLimits(r *corev1.ResourceRequirements) {
	for name, limit := range r.Limits {
		if _, said := r.Requests[name]; said {
			continue
		}
		if r.Requests == nil {
			r.Requests = corev1.ResourceList{}
		}
		r.Requests[name] = limit.DeepCopy()
	}
}
