package workload

import (
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// unwanted reports whether no controller will recreate the Pod of a member although it has one, or has no need to, and says why.
// Such a Pod is often Terminating for ever, since its kubelet cannot confirm that it has stopped.
func (g *Finder) unwanted(m *Member) (why fact.Fact, unwanted bool) {
	lead := m.Representative()
	if lead == nil || m.Set != nil {
		return fact.Fact{}, false
	}
	if ended := !slices.ContainsFunc(m.Pods(), func(p *corev1.Pod) bool { return p.Status.Phase != corev1.PodSucceeded }); ended && m.Owner.None() {
		return fact.New("MemberEnded", "pod", lead.Name), true
	}
	if m.Direct.Kind == drain.KindPod && groupOf(m.Direct.APIVersion) == "v1" {
		return fact.New("OwnerCreatesNone", "owner", m.Direct), true
	}
	if !m.Custom() {
		switch m.Direct.Kind {
		case "StatefulSet":
			why = g.unwantedBySet(m)
		case "ReplicaSet":
			why = g.unwantedByReplicaSet(m)
		case "Job":
			why = g.unwantedByJob(m)
		}
	}
	return why, !why.IsZero()
}

// unwantedBySet says why the StatefulSet of a member's Pod does not recreate it; nothing if it does.
func (g *Finder) unwantedBySet(m *Member) fact.Fact {
	if _, gap := g.Ix.Gap(inspect.StatefulSets); gap {
		return fact.Fact{}
	}
	for _, s := range g.Ix.StatefulSets {
		switch {
		case s.UID != m.Direct.UID:
		case s.DeletionTimestamp != nil:
			return ownerDeleting(m)
		default:
			if text, ok := strings.CutPrefix(m.Representative().Name, s.Name+"-"); ok && inspect.IsOrdinal(s, text) {
				return fact.Fact{}
			}
			return fact.New("OwnerHasNoSuchMember", "owner", m.Direct)
		}
	}
	return ownerGone(m)
}

// unwantedByReplicaSet is the same for a ReplicaSet.
func (g *Finder) unwantedByReplicaSet(m *Member) fact.Fact {
	if _, gap := g.Ix.Gap(inspect.ReplicaSets); gap {
		return fact.Fact{}
	}
	for _, rs := range g.Ix.ReplicaSets {
		switch {
		case rs.UID != m.Direct.UID:
		case rs.DeletionTimestamp != nil:
			return ownerDeleting(m)
		case ptr.Deref(rs.Spec.Replicas, 1) == 0:
			return fact.New("OwnerWantsNoPods", "owner", m.Direct)
		default:
			return fact.Fact{}
		}
	}
	return ownerGone(m)
}

// unwantedByJob is the same for a Job.
func (g *Finder) unwantedByJob(m *Member) fact.Fact {
	if _, gap := g.Ix.Gap(inspect.Jobs); gap {
		return fact.Fact{}
	}
	for _, j := range g.Ix.Jobs {
		switch {
		case j.UID != m.Direct.UID:
		case j.DeletionTimestamp != nil:
			return ownerDeleting(m)
		case finished(j), hasSucceeded(g.Ix, j):
			return fact.New("OwnerEnded", "owner", m.Direct)
		case ptr.Deref(j.Spec.Suspend, false): // controller/job/job_controller.go: manageJob
			return fact.New("OwnerSuspended", "owner", m.Direct)
		default:
			return fact.Fact{}
		}
	}
	return ownerGone(m)
}

func ownerDeleting(m *Member) fact.Fact { return fact.New("OwnerBeingDeleted", "owner", m.Direct) }

func ownerGone(m *Member) fact.Fact { return fact.New("OwnerGone", "owner", m.Direct) }

// finished reports whether a Job makes no more Pods.
func finished(j *batchv1.Job) bool {
	return slices.ContainsFunc(j.Status.Conditions, func(c batchv1.JobCondition) bool {
		return (c.Type == batchv1.JobComplete || c.Type == batchv1.JobFailed || c.Type == batchv1.JobFailureTarget || c.Type == batchv1.JobSuccessCriteriaMet) &&
			c.Status == corev1.ConditionTrue
	})
}
