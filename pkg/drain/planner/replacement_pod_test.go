package planner

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestReplacementPodThatComesBack: it is the Pod that the StatefulSet creates next that may come back to the cordoned node, whatever the present one asks for.
func TestReplacementPodThatComesBack(t *testing.T) {
	tolerates := func(s *appsv1.StatefulSet) {
		s.Spec.Template.Spec.Tolerations = []corev1.Toleration{{Operator: corev1.TolerationOpExists}}
	}
	onN1 := func(s *appsv1.StatefulSet) { s.Spec.Template.Spec.NodeName = "n1" }
	edited := func(s *appsv1.StatefulSet) {
		s.Spec.UpdateStrategy = appsv1.StatefulSetUpdateStrategy{Type: appsv1.OnDeleteStatefulSetStrategyType}
		s.Status.CurrentRevision, s.Status.UpdateRevision = "db-1", "db-2"
	}
	present := func(p *corev1.Pod) {
		p.Spec.Tolerations = nil
		p.Labels[appsv1.ControllerRevisionHashLabelKey] = "db-1"
	}
	for name, tc := range map[string]struct {
		edits []func(*appsv1.StatefulSet)
		why   string
	}{
		"it tolerates the cordon":     {[]func(*appsv1.StatefulSet){tolerates, edited}, "it tolerates the cordon"},
		"its template names the node": {[]func(*appsv1.StatefulSet){onN1}, "its template names that node"},
	} {
		t.Run(name, func(t *testing.T) {
			set := StatefulSet("db", 3, tc.edits...)
			world := With(All(Crew(), Db(tc.edits...)), set)
			for i, n := range []string{"n0", "n1", "n2"} {
				world = With(world, MemberPod(set, i, n, present))
			}
			tells(t, drainPlan(t, ToMove(), world...), drain.Blocked, "blocked Pods []: Pod shop/db-1 would come back to n1 as soon as it is evicted")
			kept := drainPlan(t, ToKeep(), world...)
			tells(t, kept, drain.Ready, "Pod shop/db-1 may come back")
			without(t, kept, "waits for n1")
			back := planOf(t, reattaching(drain.ReattachRequest{Volume: "earlier", Replace: true}), Snapshot(t, All(world, earlier("n3"))...))
			tells(t, back, drain.Blocked, "Pod shop/db-1 would come back to n1")
		})
	}
}

// TestReplaceFailsNoJob: a Job that fails for good when its Pod is evicted never comes back, with whichever volume.
func TestReplaceFailsNoJob(t *testing.T) {
	was := Volume("earlier", On("n3"), Has("files", "former-uid"), Phase(Released), SavedFrom(Claim("files", WithUID("former-uid"), BoundTo("earlier"))))
	ask := func(edits ...func(*batchv1.Job)) *drain.Plan {
		return planOf(t, reattaching(drain.ReattachRequest{Volume: "earlier", Replace: true, AcceptDataLoss: claims("files")}), Snapshot(t, All(Crew(), lastTry(edits...), was)...))
	}
	blocked := ask()
	tells(t, blocked, drain.Blocked, "blocked JobFails []: Job shop/sum has no tries left")
	without(t, blocked, "accept that with")
	tries := ask(func(j *batchv1.Job) { j.Spec.BackoffLimit = ptr.To(int32(3)) })
	tells(t, tries, drain.Ready, "evict Pod shop/sum-a; Job/sum creates a replacement Pod")
	for _, s := range tries.Steps {
		if p, ok := s.Parameters.(*drain.EvictParameters); ok && !p.KeepsJob {
			t.Error("whether the Job has tries left is not asked again")
		}
	}
}

// TestCleanErasesNothingElse: a disk is left to its provisioner only if nobody else has it, or has left his data on it.
func TestCleanErasesNothingElse(t *testing.T) {
	world := With(All(Crew(), Db(), provisionerOnN1(), DaemonSet("cleaner")), cleaned("data-db-1", "n1-data"))
	twin := func(edits ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
		return Volume("n1-twin", append([]func(*corev1.PersistentVolume){On("n1"), at("/mnt/n1-data/sub")}, edits...)...)
	}
	mounts := Plain("agent", "n1", ControlledBy("ReplicaSet", "web"), func(p *corev1.Pod) {
		p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: "host", VolumeSource: corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/mnt/n1-data/logs"}}})
	})
	request := ToMove(cleaning, IgnoringDaemons)
	tells(t, drainPlan(t, request, world...), drain.Ready, "lost: all data on n1-data")
	for name, tc := range map[string]struct {
		world []any
		code  string
		says  string
	}{
		"a claim has it":        {All(twin(Has("theirs", "theirs-uid")), Claim("theirs", BoundTo("n1-twin"))), "SharedDisk []", "would erase n1-twin as well, which claim shop/theirs has"},
		"a claim has left data": {All(twin(Has("theirs", "theirs-uid"), Phase(Released))), "SharedDisk []", "would erase the data that claim shop/theirs left with n1-twin as well"},
		"a Pod mounts it":       {All(mounts, ReplicaSet("web", 1, "web")), "InUse []", "shop/agent mounts /mnt/n1-data"},
	} {
		t.Run(name, func(t *testing.T) {
			plan := drainPlan(t, request, All(world, tc.world)...)
			tells(t, plan, plan.Verdict, tc.code, tc.says)
			without(t, plan, "lost: all data on n1-data")
			if plan.Verdict == drain.Ready {
				without(t, plan, "delete claim")
			}
		})
	}
}
