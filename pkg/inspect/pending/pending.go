// Package pending decides why a Pod is pending. It reads the evidence once, finds what stands between each claim and a volume, and
// the one cause; and it proves the changes that would help by asking the Judge again.
package pending

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// ExplainPod answers why a Pod is pending: its root cause, its claims, what every Node and every volume there
// says, and the changes that would help, each proved by asking the judge again. A Pod that is not pending, or
// fits a Node already, gets just that answer.
func ExplainPod(ctx context.Context, ix *inspect.Index, judge inspect.Judge, pod *corev1.Pod) (*PodReport, error) {
	q := question{ix: ix, pod: pod, uses: claimUses(ix, pod), about: fact.New("AboutPod", "namespace", pod.Namespace, "pod", pod.Name)}
	if cause, ok := placed(q); ok {
		r := emptyReport(pod)
		r.Cause = cause
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
	q := question{ix: ix, pod: pod, uses: claimUses(ix, pod), about: fact.New(CodeAboutClaim, "namespace", c.Namespace, "claim", c.Name)}
	r, err := answer(ctx, judge, q)
	if err != nil {
		return nil, err
	}
	r.Pending = !inspect.FullyBound(c)
	return r, nil
}

// answer goes from what is asked to what is read, from there to what is found, and from there to what helps. Each phase returns
// values of its own, and changes none that it was given.
func answer(ctx context.Context, judge inspect.Judge, q question) (*PodReport, error) {
	e, err := gather(ctx, judge, q)
	if err != nil {
		return nil, err
	}
	e, ties := resolveTies(e)
	found := crossClaims(e, findings(e))

	r := emptyReport(e.pod)
	r.Pending, r.Schedulable = true, e.schedulable()
	r.Cause = causeOf(e, found)
	r.Claims = claimReports(e, found)
	r.Nodes = nodeReports(e)
	r.Scheduler, r.SchedulerUnknown = schedulerReport(e, r.Schedulable)
	r.Notes = notes(e, ties)
	if r.Schedulable {
		return r, nil
	}
	near := findNear(e)
	r.NearMisses = near.ofAll(e.uses)
	r.Fixes, err = fixes(ctx, judge, e.pod, candidates(e, found, near))
	if err != nil {
		return nil, err
	}
	return r, nil
}

// emptyReport is an answer without anything in its lists, which are there nonetheless.
func emptyReport(pod *corev1.Pod) *PodReport {
	return &PodReport{
		Pod:    ObjectKey{Namespace: pod.Namespace, Name: pod.Name, UID: pod.UID},
		Claims: []ClaimReport{}, Nodes: []NodeReport{}, NearMisses: []match.NearMiss{}, Fixes: []Fix{},
	}
}

// placed tells a Pod that does not wait for a node.
func placed(q question) (Cause, bool) {
	p := q.pod
	switch {
	case p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed:
		return Cause{CauseNone, fact.New("PodEnded", "about", q.about, "phase", p.Status.Phase)}, true
	case p.Spec.NodeName == "" || q.bypassesScheduler():
		return Cause{}, false
	case p.Status.Phase == corev1.PodPending || p.Status.Phase == "": // manifests have none
		return Cause{CauseNone, fact.New("PodPlaced", "about", q.about, "node", p.Spec.NodeName)}, true
	default:
		return Cause{CauseNone, fact.New("PodNotPending", "about", q.about, "phase", p.Status.Phase, "node", p.Spec.NodeName)}, true
	}
}
