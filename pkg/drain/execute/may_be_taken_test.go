package execute

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	clienttesting "k8s.io/client-go/testing"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestJobsKeepTheirTries: a Job may have failed since the Plan was made, so that it has no tries left for the Pod that is to be taken away.
func TestJobsKeepTheirTries(t *testing.T) {
	job := func(failed int32, edits ...func(*batchv1.Job)) *batchv1.Job {
		j := Job("sum")
		j.Spec.BackoffLimit, j.Status.Failed = ptr.To(int32(1)), failed
		for _, edit := range edits {
			edit(j)
		}
		return j
	}
	failsDisrupted := func(j *batchv1.Job) {
		j.Spec.PodFailurePolicy = &batchv1.PodFailurePolicy{Rules: []batchv1.PodFailurePolicyRule{{Action: batchv1.PodFailurePolicyActionFailJob,
			OnPodConditions: []batchv1.PodFailurePolicyOnPodConditionsPattern{{Type: corev1.DisruptionTarget, Status: corev1.ConditionTrue}}}}}
	}
	disrupted := func(p *corev1.Pod) {
		p.Status.Conditions = append(p.Status.Conditions, corev1.PodCondition{Type: corev1.DisruptionTarget, Status: corev1.ConditionTrue})
	}
	const byPolicy = "has a podFailurePolicy that fails it for a Pod that is stopped from outside"
	pod := Consumer("sum-a", "n1", "files", ControlledBy("Job", "sum"))
	for name, tc := range map[string]struct {
		pod     *corev1.Pod
		job     *batchv1.Job
		keeps   bool
		refuses bool
		// evicts says that it is not refused for an eviction.
		evicts bool
		// forces says that it is not refused for a deletion without the kubelet.
		forces bool
		// why is the reason, if it is another than that there are no more tries.
		why string
	}{
		"as planned":          {pod: pod, job: job(0), keeps: true},
		"it has failed since": {pod: pod, job: job(1), keeps: true, refuses: true},
		"evictions do not count": {pod: pod, job: job(1, func(j *batchv1.Job) {
			j.Spec.PodFailurePolicy = &batchv1.PodFailurePolicy{Rules: []batchv1.PodFailurePolicyRule{{Action: batchv1.PodFailurePolicyActionIgnore,
				OnPodConditions: []batchv1.PodFailurePolicyOnPodConditionsPattern{{Type: corev1.DisruptionTarget, Status: corev1.ConditionTrue}}}}}
		}), keeps: true, refuses: true, evicts: true},
		"its policy fails it, as of an eviction": {pod: pod, job: job(0, failsDisrupted), keeps: true, refuses: true, forces: true, why: byPolicy},
		"its policy fails it":                    {pod: Consumer("sum-a", "n1", "files", ControlledBy("Job", "sum"), disrupted), job: job(0, failsDisrupted), keeps: true, refuses: true, why: byPolicy},
		"its end is accepted":                    {pod: pod, job: job(1)},
		"the Pod has ended":                      {pod: Consumer("sum-a", "n1", "files", ControlledBy("Job", "sum"), Ended), job: job(1), keeps: true},
		"the Job is going":                       {pod: pod, job: job(1, Deleting[*batchv1.Job]), keeps: true},
		"it is another Job":                      {pod: pod, job: job(1, func(j *batchv1.Job) { j.UID = "another" }), keeps: true},
		"there is no such Job":                   {pod: pod, keeps: true},
	} {
		t.Run(name, func(t *testing.T) {
			world := All(tc.pod, Node("n1"))
			if tc.job != nil {
				world = append(world, tc.job)
			}
			w := NewWorld(t, world...)
			dead := []liveness.DeadNode{{Name: "n1", UID: UID("n1")}}
			plan := drain.New("recover")
			plan.Steps = []drain.Step{
				{Action: drain.EvictPod, Object: drain.PodObject(tc.pod), Parameters: &drain.EvictParameters{PodGuards: drain.PodGuards{KeepsJob: tc.keeps}}},
				{Action: drain.ForceDeletePod, Object: drain.PodObject(tc.pod), Parameters: &drain.DeletePodParameters{KeepsJob: tc.keeps, Nodes: dead}},
			}
			r := (&Executor{Client: w.Client, Clock: NewInstantClock()}).newRun(plan)
			for i, s := range plan.Steps {
				step := r.newStep(i, actions()[s.Action])
				d, err := step.action.decide(step, t.Context())
				var refused *refusedError
				refuses := tc.refuses && (!tc.evicts || s.Action == drain.ForceDeletePod) && (!tc.forces || s.Action == drain.EvictPod)
				why := cmp.Or(tc.why, "has no tries left")
				switch {
				case refuses && (!errors.As(err, &refused) || said(fact.Of(err)) != "Job shop/sum would fail for good without Pod shop/sum-a now: it "+why):
					t.Errorf("%s: %v", s.Action, err)
				case !refuses && (err != nil || d.write == nil):
					t.Errorf("%s: %+v, %v", s.Action, d, err)
				}
			}
		})
	}
}

// TestHeldClaimStays: a claim whose end somebody else holds since the Plan was made is not deleted, and is as soon as that is over.
func TestHeldClaimStays(t *testing.T) {
	for name, ends := range map[string]bool{"for good": false, "for a while": true} {
		t.Run(name, func(t *testing.T) {
			w := NewWorld(t, All(Fleet(), Db())...)
			plan := planned(t, toRecoverN1(t), w.Everything())
			held := Claim("data-db-1", BoundTo("n1-data"), heldClaim)
			held.ResourceVersion = "21"
			w.Must(w.Client.Tracker().Update(Pvcs(), held, Ns))
			looked := 0
			w.Before = func(_ int, a clienttesting.Action) {
				if named, ok := a.(clienttesting.GetActionImpl); ok && named.GetName() == "data-db-1" && w.Volume("n3-free").Spec.ClaimRef != nil {
					if looked++; looked == 3 && ends {
						w.Must(w.Client.Tracker().Update(Pvcs(), Claim("data-db-1", BoundTo("n1-data")), Ns))
					}
				}
			}
			result := carryOut(t.Context(), t, w, plan)
			deleted := slices.Contains(w.Calls, "delete persistentvolumeclaims data-db-1")
			if deleted != ends || (result.Status == drain.StatusDone) != ends {
				t.Errorf("%s: %s; the claim was deleted: %t", result.Status, said(result.Reason), deleted)
			}
			if !ends && !strings.Contains(said(result.Reason), "claim shop/data-db-1 has finalizer backup/hold now, and had not when this was planned") {
				t.Error(said(result.Reason))
			}
		})
	}
}

// TestForcedDeletionIsJudgedAgain: if the Pod of a dead node is written to right before it is deleted, everything is read again first: whoever
// wrote may have been its kubelet.
func TestForcedDeletionIsJudgedAgain(t *testing.T) {
	s := moves(t)[0]
	for name, returns := range map[string]bool{"somebody else": false, "its kubelet": true} {
		t.Run(name, func(t *testing.T) {
			w := NewWorld(t, s.objects...)
			deletions := 0
			w.Before = func(_ int, a clienttesting.Action) {
				if d, ok := a.(clienttesting.DeleteActionImpl); !ok || d.GetResource() != Pods() {
					return
				}
				if deletions++; deletions > 1 {
					return
				}
				written := MemberPod(StatefulSet("db", 3), 1, "n1", Unready)
				written.ResourceVersion = "another"
				w.Must(w.Client.Tracker().Update(Pods(), written, Ns))
				if returns {
					w.Must(w.Client.Tracker().Update(corev1.SchemeGroupVersion.WithResource("nodes"), Node("n1"), ""))
				}
			}
			result := command(t.Context(), t, w, s.request)
			if done := result.Status == drain.StatusDone; done == returns || deletions != map[bool]int{true: 1, false: 2}[returns] {
				t.Errorf("%s: %s, after %d deletions", result.Status, said(result.Reason), deletions)
			}
		})
	}
}
