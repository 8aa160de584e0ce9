package planner

import (
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// evictionOf are the parameters of the eviction of a Pod.
func evictionOf(t *testing.T, p *drain.Plan, pod string) *drain.EvictParameters {
	t.Helper()
	for _, s := range p.Steps {
		if parameters, ok := s.Parameters.(*drain.EvictParameters); ok && s.Object.Name == pod {
			return parameters
		}
	}
	t.Fatalf("Pod %s is not evicted:\n%s", pod, told(p))
	return nil
}

// TestAcceptedLossOfOneClaim: that the loss of one of a member's claims is accepted says nothing of the others: the quorum must stand for
// these.
func TestAcceptedLossOfOneClaim(t *testing.T) {
	for name, tc := range map[string]struct {
		accepted []string
		ready    int
	}{
		"none": {nil, 2},
		"one":  {[]string{"data-db-1"}, 2},
		"both": {[]string{"data-db-1", "wal-db-1"}, 0},
	} {
		plan := drainPlan(t, ToMove(Accepting(tc.accepted...)), All(Crew(), Free("n3-more"), Db(WithTemplate("wal")))...)
		if got := evictionOf(t, plan, "db-1").Safeguards.Ready; got != tc.ready {
			t.Errorf("%s: %d others must be Ready, want %d", name, got, tc.ready)
		}
	}
}

// TestStepsKnowWhatWasFound: what the steps check again is what was found: the taints of the place, the finalizers of others, the other
// volumes of the disk, and what is known of its data.
func TestStepsKnowWhatWasFound(t *testing.T) {
	tainted := Node("n3", Tainted("disk", "fast", corev1.TaintEffectNoSchedule), Tainted("shelf", "3", corev1.TaintEffectPreferNoSchedule))
	place := Volume("n3-free", On("n3"), VolumeAnnotation("localpv.dev/data-of", `{"namespace":"shop","name":"data-db-1","uid":"before"}`), Phase(corev1.VolumeAvailable))
	twin := Volume("twin", On("n3"), func(v *corev1.PersistentVolume) { v.Spec.Local.Path = "/mnt/n3-free" }, Has("data-db-1", "gone-uid"), Phase(Released))
	tolerating := func(s *appsv1.StatefulSet) {
		s.Spec.Template.Spec.Tolerations = []corev1.Toleration{{Key: "disk", Operator: corev1.TolerationOpExists}}
	}
	world := With(All(Crew(), Db(tolerating)), tainted, place, twin, Node("n2", Cordoned))
	plan := drainPlan(t, ToMove(), world...)
	e := evictionOf(t, plan, "db-1")
	if !slices.Equal(e.Safeguards.Taints, []string{"disk=fast:NoSchedule"}) {
		t.Errorf("taints %v", e.Safeguards.Taints)
	}
	if len(e.Reserved) != 1 || len(e.Reserved[0].Disk) != 1 || e.Reserved[0].Disk[0].Name != "twin" || e.Reserved[0].Data.Claim == nil || e.Reserved[0].Data.FreeSince == nil {
		t.Errorf("reserved %+v", e.Reserved)
	}
	d := deletion(t, plan, "data-db-1")
	if d.Data == nil || d.Data.Claim == nil || d.Data.Claim.UID != "before" || len(d.Disk) != 1 || len(d.Finalizers) != 0 {
		t.Errorf("deletes %+v", d)
	}
	checkReadBack(t, plan)
}

// TestPodsOfJobsAreKnown: whoever takes the Pod of a Job away asks again whether that fails for good, unless it was accepted.
func TestPodsOfJobsAreKnown(t *testing.T) {
	job := Job("sum")
	job.Spec.BackoffLimit = ptr.To(int32(3))
	for _, accepted := range []bool{false, true} {
		request := ToMove()
		request.FailJobs = accepted
		world := All(Crew(), []any{job}, Consumer("sum-a", "n1", "files", ControlledBy("Job", "sum")), HeldBy("files", "n1-files", "n1"), Plain("web-1", "n1", ControlledBy("ReplicaSet", "web")),
			ReplicaSet("web", 1, "web"))
		request.AcceptDataLoss = append(request.AcceptDataLoss, *Key("files"))
		plan := drainPlan(t, request, world...)
		if e := evictionOf(t, plan, "sum-a"); e.KeepsJob == accepted {
			t.Errorf("accepted %t: it keeps the Job: %t", accepted, e.KeepsJob)
		}
		dead := recoverPlan(t, func(r *drain.RecoverRequest) { r.FailJobs, r.AcceptDataLoss = accepted, request.AcceptDataLoss },
			All(Fleet(), []any{job}, Consumer("sum-a", "n1", "files", ControlledBy("Job", "sum")), HeldBy("files", "n1-files", "n1"))...)
		i := slices.IndexFunc(dead.Steps, func(s drain.Step) bool { return s.Action == drain.ForceDeletePod })
		if p, ok := dead.Steps[max(i, 0)].Parameters.(*drain.DeletePodParameters); !ok || p.KeepsJob == accepted {
			t.Errorf("accepted %t: of a dead node: %+v", accepted, p)
		}
		if evictionOf(t, plan, "web-1").KeepsJob {
			t.Error("the Pod of a Deployment keeps a Job")
		}
	}
}
