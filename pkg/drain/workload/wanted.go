package workload

import (
	"fmt"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// unwanted says why nobody will make the Pod of a member anew although it has a controller, or why it has no need to,
// empty if the member is wanted. Such a Pod is often Terminating for ever, since its kubelet cannot confirm its end.
func (g *Finder) unwanted(m *Member) string {
	lead := m.Representative()
	if lead == nil || m.Set != nil {
		return ""
	}
	if ended := !slices.ContainsFunc(m.Pods(), func(p *corev1.Pod) bool { return p.Status.Phase != corev1.PodSucceeded }); ended && m.Owner.None() {
		return fmt.Sprintf("Pod %s has ended", lead.Name)
	}
	if m.Custom() {
		return ""
	}
	switch m.Direct.Kind {
	case "StatefulSet":
		return g.unwantedBySet(m)
	case "ReplicaSet":
		return g.unwantedByReplicaSet(m)
	case "Job":
		return g.unwantedByJob(m)
	}
	return ""
}

func (g *Finder) unwantedBySet(m *Member) string {
	if _, gap := g.Ix.Gap(inspect.StatefulSets); gap {
		return ""
	}
	for _, s := range g.Ix.StatefulSets {
		switch {
		case s.UID != m.Direct.UID:
		case s.DeletionTimestamp != nil:
			return fmt.Sprintf("%s is being deleted", m.Direct)
		default:
			if text, ok := strings.CutPrefix(m.Representative().Name, s.Name+"-"); ok && IsOrdinal(s, text) {
				return ""
			}
			return fmt.Sprintf("%s has no member of that name any more", m.Direct)
		}
	}
	return m.Direct.String() + " does not exist any more"
}

func (g *Finder) unwantedByReplicaSet(m *Member) string {
	if _, gap := g.Ix.Gap(inspect.ReplicaSets); gap {
		return ""
	}
	for _, rs := range g.Ix.ReplicaSets {
		switch {
		case rs.UID != m.Direct.UID:
		case rs.DeletionTimestamp != nil:
			return fmt.Sprintf("%s is being deleted", m.Direct)
		case ptr.Deref(rs.Spec.Replicas, 1) == 0:
			return fmt.Sprintf("%s wants no Pods any more", m.Direct)
		default:
			return ""
		}
	}
	return m.Direct.String() + " does not exist any more"
}

func (g *Finder) unwantedByJob(m *Member) string {
	if _, gap := g.Ix.Gap(inspect.Jobs); gap {
		return ""
	}
	for _, j := range g.Ix.Jobs {
		switch {
		case j.UID != m.Direct.UID:
		case j.DeletionTimestamp != nil:
			return fmt.Sprintf("%s is being deleted", m.Direct)
		case finished(j):
			return fmt.Sprintf("%s has ended", m.Direct)
		default:
			return ""
		}
	}
	return m.Direct.String() + " does not exist any more"
}

// finished reports whether a Job makes no more Pods.
func finished(j *batchv1.Job) bool {
	return slices.ContainsFunc(j.Status.Conditions, func(c batchv1.JobCondition) bool {
		return (c.Type == batchv1.JobComplete || c.Type == batchv1.JobFailed || c.Type == batchv1.JobFailureTarget || c.Type == batchv1.JobSuccessCriteriaMet) &&
			c.Status == corev1.ConditionTrue
	})
}
