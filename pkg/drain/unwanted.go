package drain

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
func (g *gatherer) unwanted(m *member) string {
	lead := m.lead()
	if lead == nil || m.set != nil {
		return ""
	}
	if ended := !slices.ContainsFunc(m.pods(), func(p *corev1.Pod) bool { return p.Status.Phase != corev1.PodSucceeded }); ended && m.owner.None() {
		return fmt.Sprintf("Pod %s has ended", lead.Name)
	}
	if m.custom() {
		return ""
	}
	switch m.direct.Kind {
	case "StatefulSet":
		return g.unwantedBySet(m)
	case "ReplicaSet":
		return g.unwantedByReplicaSet(m)
	case "Job":
		return g.unwantedByJob(m)
	}
	return ""
}

func (g *gatherer) unwantedBySet(m *member) string {
	if _, gap := g.ix.Gap(inspect.StatefulSets); gap {
		return ""
	}
	for _, s := range g.ix.StatefulSets {
		switch {
		case s.UID != m.direct.UID:
		case s.DeletionTimestamp != nil:
			return fmt.Sprintf("%s is being deleted", m.direct)
		default:
			if text, ok := strings.CutPrefix(m.lead().Name, s.Name+"-"); ok && isOrdinal(s, text) {
				return ""
			}
			return fmt.Sprintf("%s has no member of that name any more", m.direct)
		}
	}
	return m.direct.String() + " does not exist any more"
}

func (g *gatherer) unwantedByReplicaSet(m *member) string {
	if _, gap := g.ix.Gap(inspect.ReplicaSets); gap {
		return ""
	}
	for _, rs := range g.ix.ReplicaSets {
		switch {
		case rs.UID != m.direct.UID:
		case rs.DeletionTimestamp != nil:
			return fmt.Sprintf("%s is being deleted", m.direct)
		case ptr.Deref(rs.Spec.Replicas, 1) == 0:
			return fmt.Sprintf("%s wants no Pods any more", m.direct)
		default:
			return ""
		}
	}
	return m.direct.String() + " does not exist any more"
}

func (g *gatherer) unwantedByJob(m *member) string {
	if _, gap := g.ix.Gap(inspect.Jobs); gap {
		return ""
	}
	for _, j := range g.ix.Jobs {
		switch {
		case j.UID != m.direct.UID:
		case j.DeletionTimestamp != nil:
			return fmt.Sprintf("%s is being deleted", m.direct)
		case finished(j):
			return fmt.Sprintf("%s has ended", m.direct)
		default:
			return ""
		}
	}
	return m.direct.String() + " does not exist any more"
}

// finished reports whether a Job makes no more Pods.
func finished(j *batchv1.Job) bool {
	return slices.ContainsFunc(j.Status.Conditions, func(c batchv1.JobCondition) bool {
		return (c.Type == batchv1.JobComplete || c.Type == batchv1.JobFailed || c.Type == batchv1.JobFailureTarget || c.Type == batchv1.JobSuccessCriteriaMet) &&
			c.Status == corev1.ConditionTrue
	})
}
