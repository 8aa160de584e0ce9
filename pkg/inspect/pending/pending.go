// Package pending decides why a Pod is pending. From evidence that is gathered once it finds what stands between each claim and a
// volume, and the one cause, and reports that with what package fix finds to help.
package pending

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/fix"
)

// ExplainPod answers why a Pod is pending: its root cause, its claims, what every Node and every volume there
// says, and the changes that would help, each proved by asking the judge again. A Pod that is not pending, or
// fits a Node already, gets just that answer.
func ExplainPod(ctx context.Context, ix *inspect.Index, judge inspect.Judge, pod *corev1.Pod) (*PodReport, error) {
	q := evidence.NewQuestion(ix, pod, fact.New("AboutPod", "namespace", pod.Namespace, "pod", pod.Name))
	if cause, ok := placed(q); ok {
		r := emptyReport(pod)
		r.Cause, r.Notes = cause, replaceNotes(q)
		return r, nil
	}
	return answer(ctx, judge, q)
}

// ExplainClaim answers for a claim that no Pod uses, by asking what a Pod would meet that needs nothing but the
// claim. The report's Pod has no name. A bound claim is not pending.
func ExplainClaim(ctx context.Context, ix *inspect.Index, judge inspect.Judge, c *corev1.PersistentVolumeClaim) (*PodReport, error) {
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: c.Namespace},
		Spec: corev1.PodSpec{Volumes: []corev1.Volume{{Name: "claim", VolumeSource: corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: c.Name},
		}}}},
	}
	q := evidence.NewQuestion(ix, pod, fact.New(CodeAboutClaim, "namespace", c.Namespace, "claim", c.Name))
	r, err := answer(ctx, judge, q)
	if err != nil {
		return nil, err
	}
	r.Pending = !inspect.FullyBound(c)
	return r, nil
}

// answer goes from what is asked to what is read, from there to what is found, and from there to what helps. Each phase returns
// values of its own, and changes none that it was given.
func answer(ctx context.Context, judge inspect.Judge, q evidence.Question) (*PodReport, error) {
	e, err := evidence.Gather(ctx, judge, q)
	if err != nil {
		return nil, err
	}
	found := crossClaims(e, findings(e))

	r := emptyReport(e.Pod)
	r.Pending, r.Schedulable = true, e.Schedulable()
	r.Cause = causeOf(e, found)
	r.Claims = claimReports(e, found)
	r.Nodes = nodeReports(e)
	r.Scheduler, r.SchedulerUnknown = schedulerReport(e, r.Schedulable)
	r.Notes = notes(e, found)
	if r.Schedulable {
		return r, nil
	}
	r.Fixes, r.NearMisses, err = fix.Find(ctx, judge, e, codes(found))
	if err != nil {
		return nil, err
	}
	return r, nil
}

// emptyReport is an answer without anything in its lists, which are there nonetheless.
func emptyReport(pod *corev1.Pod) *PodReport {
	return &PodReport{
		Pod:    ObjectKey{Namespace: pod.Namespace, Name: pod.Name, UID: pod.UID},
		Claims: []ClaimReport{}, Nodes: []NodeReport{}, NearMisses: []match.NearMiss{}, Fixes: []fix.Fix{},
	}
}

// placed tells a Pod that does not wait for a node.
func placed(q evidence.Question) (Cause, bool) {
	p := q.Pod
	switch {
	case p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed:
		return Cause{CauseNone, fact.New("PodEnded", "about", q.About, "phase", p.Status.Phase)}, true
	case p.Spec.NodeName == "" || q.BypassesScheduler():
		return Cause{}, false
	case p.Status.Phase == corev1.PodPending || p.Status.Phase == "": // manifests have none
		return Cause{CauseNone, fact.New("PodPlaced", "about", q.About, "node", p.Spec.NodeName)}, true
	default:
		return Cause{CauseNone, fact.New("PodNotPending", "about", q.About, "phase", p.Status.Phase, "node", p.Spec.NodeName)}, true
	}
}
