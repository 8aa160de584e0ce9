// Package pending decides why a Pod is pending. It reads the evidence once, finds what stands between each claim and a volume, and
// the one cause; and it proves the changes that would help by asking the Judge again.
package pending

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"

	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// inquiry is the question "why is this Pod pending" while it is being answered.
type inquiry struct {
	ix    *inspect.Index
	judge inspect.Judge
	pod   *corev1.Pod
	// about names what the answer is about.
	about fact.Fact
	// uses are the claims of the Pod. All up to here is given.
	uses []claimUse

	// verdict, matcher and matches are what the judge and the matcher say: gather fills them, and resolveTies takes
	// refusals out of the verdict. matches are those of the verdict's Nodes, in their order.
	verdict *inspect.Verdict
	matcher *match.PodMatcher
	matches []match.PodMatch
	// findings are one for each of uses: gather fills them, claim by claim, and crossClaims corrects them.
	findings []claimFinding
	// notes grow until gather ends.
	notes []fact.Fact

	// near, by claim name, inTheWay (see obstaclesOn) and tolerated (see tolerateID) are found when they are first asked for.
	near      map[string][]match.NearMiss
	inTheWay  map[string]int
	tolerated map[string]corev1.Taint
}

// ExplainPod answers why a Pod is pending: its root cause, its claims, what every Node and every volume there
// says, and the changes that would help, each proved by asking the judge again. A Pod that is not pending, or
// fits a Node already, gets just that answer.
func ExplainPod(ctx context.Context, ix *inspect.Index, judge inspect.Judge, pod *corev1.Pod) (*PodReport, error) {
	q := &inquiry{ix: ix, judge: judge, pod: pod, uses: claimUses(ix, pod), about: fact.New("AboutPod", "namespace", pod.Namespace, "pod", pod.Name)}
	if cause, placed := q.placed(); placed {
		r := q.emptyReport()
		r.Cause = cause
		return r, nil
	}
	return q.answer(ctx)
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
	q := &inquiry{ix: ix, judge: judge, pod: pod, uses: claimUses(ix, pod), about: fact.New(CodeAboutClaim, "namespace", c.Namespace, "claim", c.Name)}
	r, err := q.answer(ctx)
	if err != nil {
		return nil, err
	}
	r.Pending = !inspect.FullyBound(c)
	return r, nil
}

func (q *inquiry) answer(ctx context.Context) (*PodReport, error) {
	if err := q.gather(ctx); err != nil {
		return nil, err
	}
	r := q.report()
	if r.Schedulable {
		return r, nil
	}
	fixes, err := q.fixes(ctx)
	if err != nil {
		return nil, err
	}
	r.Fixes = fixes
	return r, nil
}

func (q *inquiry) emptyReport() *PodReport {
	return &PodReport{
		Pod:    ObjectKey{Namespace: q.pod.Namespace, Name: q.pod.Name, UID: q.pod.UID},
		Claims: []ClaimReport{}, Nodes: []NodeReport{}, NearMisses: []match.NearMiss{}, Fixes: []Fix{},
	}
}

// gather asks the judge and the matcher, and finds what there is to say of each claim.
func (q *inquiry) gather(ctx context.Context) error {
	var err error
	if q.verdict, err = q.judge.Verdict(ctx, q.pod, inspect.Change{}, nil); err != nil {
		return fmt.Errorf("simulating the scheduler for Pod %s/%s: %w", q.pod.Namespace, q.pod.Name, err)
	}
	if q.matcher, err = match.NewPodMatcher(q.ix, q.pod); err != nil {
		q.notes = append(q.notes, match.SelectorFact(err))
		q.matcher = &match.PodMatcher{}
	}
	q.matches = make([]match.PodMatch, 0, len(q.verdict.Nodes))
	for _, n := range q.verdict.Nodes {
		q.matches = append(q.matches, q.matcher.OnNode(n.Node))
	}
	q.resolveTies()
	for _, u := range q.uses {
		q.findings = append(q.findings, q.finding(u))
	}
	q.crossClaims()
	q.note()
	return nil
}

func (q *inquiry) report() *PodReport {
	r := q.emptyReport()
	r.Pending = true
	r.Schedulable = len(q.verdict.Feasible()) > 0 && !q.bypassesScheduler() && len(q.pod.Spec.SchedulingGates) == 0
	r.Cause = q.cause()
	for i, u := range q.uses {
		r.Claims = append(r.Claims, q.claimReport(u, q.findings[i]))
	}
	r.Nodes = q.nodeReports()
	for _, u := range q.uses {
		if u.claim != nil && !inspect.FullyBound(u.claim) && !r.Schedulable {
			near := q.nearMisses(u.claim)
			r.NearMisses = slices.AppendSeq(slices.Grow(r.NearMisses, len(near)), q.within(near))
		}
	}
	r.Scheduler = schedulerReport(q.ix, q.pod, r.Schedulable, q.verdict.Message)
	if r.Scheduler == nil {
		r.SchedulerUnknown = schedulerUnknown(q.ix, q.pod)
	}
	r.Notes = q.notes
	return r
}

// nearMisses are the volumes that fail one check for a claim. Finding them goes through all volumes, so it is
// done once.
func (q *inquiry) nearMisses(c *corev1.PersistentVolumeClaim) []match.NearMiss {
	if near, ok := q.near[c.Name]; ok {
		return near
	}
	if q.near == nil {
		q.near = map[string][]match.NearMiss{}
	}
	m, err := match.NewMatcher(q.ix, c)
	if err != nil {
		return nil // the claim's finding tells it
	}
	q.near[c.Name] = m.NearMisses()
	return q.near[c.Name]
}

func (q *inquiry) claimReport(u claimUse, f claimFinding) ClaimReport {
	r := ClaimReport{Name: u.name, Code: f.code, Reason: f.reason}
	if u.claim == nil {
		return r
	}
	c := u.claim
	request := c.Spec.Resources.Requests[corev1.ResourceStorage]
	r.Request = request.String()
	r.StorageClass = volumehelpers.GetPersistentVolumeClaimClass(c)
	r.VolumeMode = string(volumeMode(c.Spec.VolumeMode))
	for _, m := range c.Spec.AccessModes {
		r.AccessModes = append(r.AccessModes, string(m))
	}
	if inspect.FullyBound(c) {
		r.BoundVolume = c.Spec.VolumeName
		return r
	}
	if m, err := match.NewMatcher(q.ix, c); err == nil {
		r.Volumes = m.Counts()
		if v := q.ix.ReservedFor(c); v != nil {
			r.Reserved = v.Name
		}
	}
	return r
}

func volumeMode(m *corev1.PersistentVolumeMode) corev1.PersistentVolumeMode {
	if m == nil {
		return corev1.PersistentVolumeFilesystem
	}
	return *m
}

// placed tells a Pod that does not wait for a node.
func (q *inquiry) placed() (Cause, bool) {
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

// bypassesScheduler tells a Pod that names its node itself while a claim of it waits for the scheduler to choose
// one: nothing will ever bind that claim.
func (q *inquiry) bypassesScheduler() bool {
	return q.pod.Spec.NodeName != "" && q.pod.Status.Phase == corev1.PodPending && slices.ContainsFunc(q.uses, func(u claimUse) bool {
		return u.claim != nil && !inspect.FullyBound(u.claim) && q.ix.Delayed(u.claim)
	})
}
