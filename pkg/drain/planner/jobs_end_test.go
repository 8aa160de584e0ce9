package planner

import (
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// lastTry is a Job without tries left, its Pod on n1, and its claim there.
func lastTry(edits ...func(*batchv1.Job)) []any {
	job := Job("sum")
	job.Spec.BackoffLimit = ptr.To(int32(0))
	for _, edit := range edits {
		edit(job)
	}
	return All(job, Consumer("sum-a", "n1", "files", ControlledBy("Job", "sum")), HeldBy("files", "n1-files", "n1"))
}

// TestJobsThatEnd: a Job that fails for good makes no other Pod: its Pod goes, its claim stays where it is, and nobody waits.
func TestJobsThatEnd(t *testing.T) {
	fail := func(r *drain.DrainRequest) { r.FailJobs = true }
	unwanted := []string{"delete claim shop/files", "reserve ", "is Ready again", "waits for n1", "shop/files: n1-files (n1) ->", "creates a replacement Pod", "STARTS", "[--accept-data-loss"}
	for name, plan := range map[string]*drain.Plan{
		"moved":      drainPlan(t, ToMove(fail), All(Crew(), lastTry())...),
		"kept":       drainPlan(t, ToKeep(fail), All(Crew(), lastTry())...),
		"on the way": drainPlan(t, ToMove(), All(Crew(), lastTry())...),
	} {
		t.Run(name, func(t *testing.T) {
			if name == "on the way" {
				tells(t, plan, drain.Blocked, "blocked JobFails [--fail-jobs]")
			} else {
				tells(t, plan, drain.Ready, "- evict Pod shop/sum-a; Job/sum fails for good then: no other Pod comes", "what Job shop/sum has done so far: it fails for good (accepted)")
			}
			for _, words := range unwanted {
				without(t, plan, words)
			}
		})
	}
	dead := recoverPlan(t, func(r *drain.RecoverRequest) { r.FailJobs = true }, All(Fleet(), lastTry())...)
	tells(t, dead, drain.Ready, "claim shop/files stays on n1-files", "what Job shop/sum has done so far: it fails for good (accepted)", "Pod shop/sum-a")
	for _, words := range unwanted {
		without(t, dead, words)
	}
	again := drainPlan(t, ToMove(Accepting("files")), All(Crew(), lastTry(func(j *batchv1.Job) { j.Spec.BackoffLimit = ptr.To(int32(3)) }))...)
	tells(t, again, drain.Ready, "delete claim shop/files")
}

// TestEndedPodsAreNoMembers: what an eviction by a kubelet leaves behind is deleted, since it holds the claim, and is nobody's rival, name or
// companion.
func TestEndedPodsAreNoMembers(t *testing.T) {
	apart := func(p *corev1.Pod) {
		p.Labels = map[string]string{"app": "files"}
		p.Spec.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{{
			LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "files"}}, TopologyKey: corev1.LabelHostname}}}}
	}
	ended := func(p *corev1.Pod) {
		p.Status.Phase, p.Status.Reason, p.Status.Conditions = corev1.PodFailed, "Evicted", nil
	}
	by := ControlledBy("ReplicaSet", "files-1")
	world := All(ReplicaSet("files-1", 1, "files"), HeldBy("files", "n1-files", "n1"),
		Consumer("files-1-a", "n1", "files", by, apart, ended), Consumer("files-1-b", "n1", "files", by, apart))
	for name, plan := range map[string]*drain.Plan{
		"drain":   drainPlan(t, ToMove(Accepting("files")), All(Crew(), world)...),
		"recover": recoverPlan(t, func(r *drain.RecoverRequest) { r.AcceptDataLoss = append(r.AcceptDataLoss, *Key("files")) }, All(Fleet(), world)...),
	} {
		t.Run(name, func(t *testing.T) {
			tells(t, plan, drain.Ready, "wait until shop/files-1-b is Ready again", "Pod shop/files-1-a")
			without(t, plan, "until shop/files-1-a")
			for _, s := range plan.Steps {
				if p, ok := s.Parameters.(*drain.AwaitReadyParameters); ok && p.Members != 1 {
					t.Errorf("it waits for %d Pods", p.Members)
				}
			}
		})
	}
}

// TestPodsOnAnotherDiskThanTheirClaims: a Pod that runs where the volume of its claim cannot be would not have what it has written once it is
// evicted.
func TestPodsOnAnotherDiskThanTheirClaims(t *testing.T) {
	moved := Volume("n1-data", On("n2"), Has("data-db-1", "data-db-1-uid"))
	before := Volume("n1-was", On("n1"), Has("data-db-1", "earlier-uid"), Phase(corev1.VolumeReleased))
	world := All(With(All(Crew(), Db()), moved), before, Web())
	for _, request := range []drain.DrainRequest{ToKeep(), ToMove()} {
		tells(t, drainPlan(t, request, world...), drain.Ready,
			"left out shop/db-1 ClaimLost []: Pod shop/db-1 runs on n1, and its claim shop/data-db-1 now has volume n1-data on n2: the Pod still writes to the disk that the claim had before (n1-was)")
	}
	pending := func(p *corev1.Pod) { p.Status.Phase, p.Status.Conditions = corev1.PodPending, nil }
	without(t, drainPlan(t, ToKeep(), With(world, MemberPod(StatefulSet("db", 3), 1, "n1", pending))...), "now has volume")
	without(t, drainPlan(t, ToKeep(), With(world, Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid")))...), "now has volume")
}

// TestPodsThatNeverFail: the controller of a Job that replaces failed Pods only keeps each until it has failed, and nobody says that of a Pod
// whose kubelet is dead, but of those on nodes that are gone or tainted out of service. The member is left out, and the way out named.
func TestPodsThatNeverFail(t *testing.T) {
	failedOnly := func(j *batchv1.Job) { j.Spec.PodReplacementPolicy = ptr.To(batchv1.Failed) }
	tracked := func(p *corev1.Pod) { p.Finalizers = append(p.Finalizers, batchv1.JobTrackingFinalizer) }
	world := func(edits ...func(*batchv1.Job)) []any {
		job := Job("sum")
		for _, edit := range edits {
			edit(job)
		}
		return All(Fleet(), job, Consumer("sum-a", "n1", "files", ControlledBy("Job", "sum"), tracked), HeldBy("files", "n1-files", "n1"))
	}
	const never = "blocked Finalizer []: Pod shop/sum-a would stay for ever, and its claims with it: Job/sum keeps a Pod until that has failed"
	for name, tc := range map[string]struct {
		world []any
		stays bool
	}{
		"failed Pods only":                  {world(failedOnly), true},
		"with a failure policy":             {world(func(j *batchv1.Job) { j.Spec.PodFailurePolicy = &batchv1.PodFailurePolicy{} }), true},
		"those that are being deleted, too": {world(), false},
		"the Job is being deleted":          {world(failedOnly, Deleting[*batchv1.Job]), false},
		"tainted out of service":            {With(world(failedOnly), Node("n1", Unreachable, OutOfService)), false},
		"the node is gone":                  {Without(world(failedOnly), "Node n1"), false},
	} {
		t.Run(name, func(t *testing.T) {
			plan := recoverPlan(t, accepting("files"), tc.world...)
			if tc.stays {
				tells(t, plan, drain.Blocked, never, "kubectl taint node n1 node.kubernetes.io/out-of-service=nodeshutdown:NoExecute")
				return
			}
			without(t, plan, "would stay for ever")
		})
	}
	others := recoverPlan(t, accepting("files"), All(world(failedOnly), Db())...)
	tells(t, others, drain.Ready, "left out shop/sum-a Finalizer []", "delete claim shop/data-db-1")
	fails := func(j *batchv1.Job) {
		j.Spec.PodFailurePolicy = &batchv1.PodFailurePolicy{Rules: []batchv1.PodFailurePolicyRule{{Action: batchv1.PodFailurePolicyActionFailJob,
			OnPodConditions: []batchv1.PodFailurePolicyOnPodConditionsPattern{{Type: corev1.DisruptionTarget, Status: corev1.ConditionTrue}}}}}
	}
	gone := recoverPlan(t, accepting("files"), Without(world(fails), "Node n1")...)
	tells(t, gone, drain.Blocked, "blocked JobFails [--fail-jobs]: Job shop/sum has a podFailurePolicy that fails it for a Pod that is stopped from outside")
}
