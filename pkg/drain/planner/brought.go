package planner

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/component-helpers/storage/ephemeral"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
)

// Claims that the replacement Pod of a member brings with it and that do not exist yet: those of a template that was added or renamed, and those of generic
// ephemeral volumes, which are new with every Pod. What is free is given to them like to any other.

// brought blocks what those claims of a member could be given; of its StatefulSet's templates only if that is asked for.
func (n nextVolumes) brought(templates bool) {
	if _, unwanted := n.member.Unwanted(n.ix); unwanted || n.member.Owner.None() {
		return
	}
	n.member = n.withSet(n.member)
	var done []string
	for _, pod := range n.member.FuturePods(n.ix) {
		all := comingEphemeral(n.member, pod)
		if templates {
			all = append(all, n.comingOfSet(n.member)...)
		}
		for _, c := range all {
			if slices.Contains(done, c.Name) {
				continue
			}
			done = append(done, c.Name)
			n.claim, n.stays, n.first = types.NamespacedName{Namespace: c.Namespace, Name: c.Name}, n.boundOf(n.member, pod), true
			n.refuse(workload.Claim{Manifest: c, Recreated: true})
		}
	}
}

// withSet is a member with its StatefulSet, also if that has none of its claims in its templates any more.
func (p *planner) withSet(m *workload.Member) *workload.Member {
	lead := m.Representative()
	if m.Set != nil || lead == nil || m.Direct.Kind != "StatefulSet" {
		return m
	}
	set, ordinal := p.ix.SetOfPod(lead.Namespace, lead.Name)
	if set == nil || set.UID != m.Direct.UID {
		return m
	}
	with := *m
	with.Set, with.Ordinal, with.Key = set, ordinal, types.NamespacedName{Namespace: lead.Namespace, Name: lead.Name}
	return &with
}

// comingEphemeral are the claims of the generic ephemeral volumes of the replacement Pod of a member.
func comingEphemeral(m *workload.Member, pod *corev1.Pod) []*corev1.PersistentVolumeClaim {
	var out []*corev1.PersistentVolumeClaim
	for i := range pod.Spec.Volumes {
		v := &pod.Spec.Volumes[i]
		if v.Ephemeral == nil || v.Ephemeral.VolumeClaimTemplate == nil {
			continue
		}
		t := v.Ephemeral.VolumeClaimTemplate.DeepCopy()
		c := &corev1.PersistentVolumeClaim{ObjectMeta: t.ObjectMeta, Spec: t.Spec}
		c.Namespace, c.Name = m.Key.Namespace, ephemeral.VolumeClaimName(pod, v)
		out = append(out, c)
	}
	return out
}

// comingOfSet are the claims of the templates of a member's StatefulSet that are not there yet.
func (p *planner) comingOfSet(m *workload.Member) []*corev1.PersistentVolumeClaim {
	if m.Set == nil {
		return nil
	}
	var out []*corev1.PersistentVolumeClaim
	for i := range m.Set.Spec.VolumeClaimTemplates {
		c := m.Set.Spec.VolumeClaimTemplates[i].DeepCopy()
		c.Namespace, c.Name = m.Key.Namespace, c.Name+"-"+m.Key.Name
		if p.ix.Claim(c.Namespace, c.Name) == nil {
			out = append(out, c)
		}
	}
	return out
}

// boundOf are the volumes of the claims that the replacement Pod of a member uses and that stay.
func (p *planner) boundOf(m *workload.Member, pod *corev1.Pod) []*corev1.PersistentVolume {
	var out []*corev1.PersistentVolume
	for i := range pod.Spec.Volumes {
		source := pod.Spec.Volumes[i].PersistentVolumeClaim
		if source == nil || m.Set != nil && !keepsVolume(m.Set, pod.Spec.Volumes[i].Name) {
			continue
		}
		c := p.ix.Claim(m.Key.Namespace, source.ClaimName)
		if c == nil || c.DeletionTimestamp != nil {
			continue
		}
		if v := p.ix.Volume(c.Spec.VolumeName); v != nil {
			out = append(out, v)
		}
	}
	return out
}

// keepsVolume reports whether the replacement Pods of a set have a volume of that name: templates for claims belong to no revision.
func keepsVolume(set *appsv1.StatefulSet, name string) bool {
	return slices.ContainsFunc(set.Spec.Template.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == name }) ||
		slices.ContainsFunc(set.Spec.VolumeClaimTemplates, func(c corev1.PersistentVolumeClaim) bool { return c.Name == name })
}
