package planner

import (
	"slices"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

func accepting(names ...string) func(*drain.RecoverRequest) {
	return func(r *drain.RecoverRequest) { r.AcceptDataLoss = claims(names...) }
}

// scratchOf is the claim of the generic ephemeral volume scratch of a Pod on n1, with policy Delete.
func scratchOf(pod string) []any {
	return []any{Claim(pod+"-scratch", BoundTo("n1-scratch"), ownedByPod(pod)), Volume("n1-scratch", On("n1"), Has(pod+"-scratch", pod+"-scratch-uid"), Deletes)}
}

// TestBarePodWithEphemeralVolume: the manifest of a Pod that no controller recreates is saved before the Pod is deleted, and what is
// lost with its volume is named.
func TestBarePodWithEphemeralVolume(t *testing.T) {
	for _, tc := range []struct {
		name        string
		world       []any
		steps       []string
		says, never string
	}{
		{"bare", All(Fleet(), Plain("tool", "n1", scratch), scratchOf("tool")), []string{"cordon-node n1", "retain-volume n1-scratch", "force-delete-pod tool"},
			"lost: Pod shop/tool, which no controller recreates; its manifest stays on n1-scratch", "it is created and deleted with Pod tool"},
		{"of a controller", All(Fleet(), ReplicaSet("cache-1", 1, "cache"), Plain("cache-1-a", "n1", scratch, ControlledBy("ReplicaSet", "cache-1")), scratchOf("cache-1-a")),
			[]string{"cordon-node n1", "force-delete-pod cache-1-a"}, "lost: what claim shop/cache-1-a-scratch has on n1-scratch: it is created and deleted with Pod cache-1-a", "manifest"},
		{"bare, with a claim besides", All(Fleet(), HeldBy("files", "n1-files", "n1"), Free("n0-more"), Plain("tool", "n1", scratch, Uses("files")), scratchOf("tool")), nil,
			"lost: what claim shop/tool-scratch has on n1-scratch", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			plan := recoverPlan(t, accepting("files"), tc.world...)
			text := told(plan)
			if tc.steps != nil && !slices.Equal(stepsOf(plan), tc.steps) {
				t.Errorf("steps %q, want %q", stepsOf(plan), tc.steps)
			}
			if plan.Verdict != drain.Ready || !strings.Contains(text, tc.says) || tc.never != "" && strings.Contains(text, tc.never) {
				t.Errorf("want %q, and not %q:\n%s", tc.says, tc.never, text)
			}
			for i, s := range plan.Steps {
				saved := slices.ContainsFunc(plan.Steps[:i], func(b drain.Step) bool {
					p, ok := b.Parameters.(*drain.RecordParameters)
					return ok && strings.Contains(p.Annotations[retain.AnnDeletedPod], `"tool"`)
				})
				if s.Object.Name == "tool" && s.Action == drain.ForceDeletePod && !saved {
					t.Error("the Pod is deleted, and its manifest is nowhere")
				}
			}
		})
	}
}

// TestBarePodsAreRecordedTogether: of two Pods that share a claim, the record of one must not take the place of that of the other.
func TestBarePodsAreRecordedTogether(t *testing.T) {
	plan := drainPlan(t, ToKeep(Forced), All(Crew(), HeldBy("files", "n1-files", "n1"), Plain("tool", "n1", Uses("files")), Plain("other", "n1", Uses("files")))...)
	var records []string
	for _, s := range plan.Steps {
		if p, ok := s.Parameters.(*drain.RecordParameters); ok {
			records = append(records, p.Annotations[retain.AnnDeletedPod])
		}
	}
	if len(records) != 1 || !strings.Contains(records[0], `"tool"`) || !strings.Contains(records[0], `"other"`) {
		t.Errorf("recorded: %q", records)
	}
}

// TestWhoCreatesAClaim: a custom owner is believed to create a claim only if that belongs to it.
func TestWhoCreatesAClaim(t *testing.T) {
	owned := func(apiVersion, kind, uid string) func(*corev1.PersistentVolumeClaim) {
		return func(c *corev1.PersistentVolumeClaim) {
			c.OwnerReferences = []metav1.OwnerReference{{APIVersion: apiVersion, Kind: kind, Name: "pg", UID: UID(uid)}}
		}
	}
	for _, tc := range []struct {
		name    string
		owner   func(*corev1.PersistentVolumeClaim)
		created bool
	}{
		{"nobody owns it", func(*corev1.PersistentVolumeClaim) {}, true},
		{"the owner of the Pod owns it", owned("example.com/v1", "Cluster", "pg"), false},
		{"another object of the operator owns it", owned("example.com/v1beta1", "Pool", "pool"), false},
		{"somebody else owns it", owned("cdi.example.org/v1", "DataVolume", "dv"), true},
		{"a ConfigMap owns it", owned("v1", "ConfigMap", "cm"), true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pair := HeldBy("pg-1", "n1-pg", "n1")
			if c, ok := pair[0].(*corev1.PersistentVolumeClaim); ok {
				tc.owner(c)
			}
			plan := recoverPlan(t, nil, All(Fleet(), pair, HeldBy("pg-2", "n2-pg", "n2"), HeldBy("pg-3", "n3-pg", "n3"),
				Consumer("pg-1", "n1", "pg-1", operated), Consumer("pg-2", "n2", "pg-2", operated), Consumer("pg-3", "n3", "pg-3", operated))...)
			if created := slices.Contains(stepsOf(plan), "create-claim pg-1"); created != tc.created {
				t.Errorf("created from its manifest: %v, want %v", created, tc.created)
			}
			if unknown := strings.Contains(told(plan), "what the next claim shop/pg-1 of Cluster/pg will ask for is not known"); unknown == tc.created {
				t.Errorf("that it is not known what it asks for is said: %v", unknown)
			}
		})
	}
}

// TestForgedRecord: a manifest that is not of the claim that the volume belongs to is not used, and that is said.
func TestForgedRecord(t *testing.T) {
	forged := Claim("data-db-1", BoundTo("n1-data"), func(c *corev1.PersistentVolumeClaim) { c.Namespace = "bank" })
	let := Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Phase(Released), RecoveredFrom("n1"), SavedFrom(forged))
	world := With(Without(All(Fleet(), Db()), "PersistentVolumeClaim shop/data-db-1"), MemberPod(StatefulSet("db", 3), 1, ""), let)
	plan := recoverPlan(t, nil, world...)
	for _, s := range plan.Steps {
		if s.Object.Namespace == "bank" || s.Parameters.About().Claim.Namespace == "bank" {
			t.Errorf("step %s is about another namespace", s.ID)
		}
	}
	if text := told(plan); !strings.Contains(text, "is of claim bank/data-db-1, and the volume belongs to claim shop/data-db-1") {
		t.Errorf("it is not said:\n%s", text)
	}
	give := planOf(t, reattaching(drain.ReattachRequest{Volume: "n1-data", Claim: Key("data-db-1")}), Snapshot(t, With(world, Node("n1"))...))
	for _, s := range give.Steps {
		if s.Action == drain.CreateClaim {
			t.Errorf("reattach uses it: %s", s.ID)
		}
	}
}

// TestForgedPodRecord: Pods of other namespaces are not those that an earlier run has deleted.
func TestForgedPodRecord(t *testing.T) {
	spy := inspect.StripPod(Consumer("spy", "", "files"))
	spy.Namespace = "bank"
	text, err := retain.EncodePods([]*corev1.Pod{spy})
	if err != nil {
		t.Fatal(err)
	}
	v := Volume("n1-files", On("n1"), Has("files", "files-uid"), RecoveredFrom("n1"), SavedFrom(Claim("files", BoundTo("n1-files"))), VolumeAnnotation(retain.AnnDeletedPod, text))
	if text := told(recoverPlan(t, accepting("files"), All(Fleet(), Claim("files", BoundTo("n1-files")), v)...)); strings.Contains(text, "spy") {
		t.Errorf("it is believed:\n%s", text)
	}
}

// TestJobsThatWouldFail: a Job without tries left is not failed for good unasked.
func TestJobsThatWouldFail(t *testing.T) {
	job := func(edits ...func(*batchv1.Job)) *batchv1.Job {
		j := Job("sum")
		for _, edit := range edits {
			edit(j)
		}
		return j
	}
	limit := func(n int32) func(*batchv1.Job) { return func(j *batchv1.Job) { j.Spec.BackoffLimit = ptr.To(n) } }
	failed := func(n int32) func(*batchv1.Job) { return func(j *batchv1.Job) { j.Status.Failed = n } }
	policy := func(action batchv1.PodFailurePolicyAction) func(*batchv1.Job) {
		return func(j *batchv1.Job) {
			j.Spec.PodFailurePolicy = &batchv1.PodFailurePolicy{Rules: []batchv1.PodFailurePolicyRule{{Action: action,
				OnPodConditions: []batchv1.PodFailurePolicyOnPodConditionsPattern{{Type: corev1.DisruptionTarget, Status: corev1.ConditionTrue}}}}}
		}
	}
	perIndex := func(j *batchv1.Job) {
		j.Spec.BackoffLimit, j.Spec.BackoffLimitPerIndex = ptr.To(int32(1<<30)), ptr.To(int32(1))
	}
	exits := func(action batchv1.PodFailurePolicyAction, operator batchv1.PodFailurePolicyOnExitCodesOperator, codes ...int32) func(*batchv1.Job) {
		return func(j *batchv1.Job) {
			rule := batchv1.PodFailurePolicyRule{Action: action, OnExitCodes: &batchv1.PodFailurePolicyOnExitCodesRequirement{Operator: operator, Values: codes}}
			if j.Spec.PodFailurePolicy == nil {
				j.Spec.PodFailurePolicy = &batchv1.PodFailurePolicy{}
			}
			j.Spec.PodFailurePolicy.Rules = append([]batchv1.PodFailurePolicyRule{rule}, j.Spec.PodFailurePolicy.Rules...)
		}
	}
	disrupted := func(p *corev1.Pod) {
		p.Status.Conditions = append(p.Status.Conditions, corev1.PodCondition{Type: corev1.DisruptionTarget, Status: corev1.ConditionTrue})
	}
	pod := func(edits ...func(*corev1.Pod)) *corev1.Pod {
		return Consumer("sum-a", "n1", "files", append([]func(*corev1.Pod){ControlledBy("Job", "sum")}, edits...)...)
	}
	tries := func(n string) func(*corev1.Pod) {
		return func(p *corev1.Pod) {
			metav1.SetMetaDataAnnotation(&p.ObjectMeta, batchv1.JobIndexFailureCountAnnotation, n)
		}
	}
	other := Consumer("sum-b", "n1", "", ControlledBy("Job", "sum"), func(p *corev1.Pod) { p.Spec.Volumes = nil })
	gap := inspect.Gap{Kind: inspect.Jobs, Reason: "forbidden: list jobs"}
	ofEvictions := []string{"an eviction fails it", "an eviction fails its index", "what a signal ends fails it", "all but its own errors fail it"}
	for _, tc := range []struct {
		name            string
		world           []any
		drain, recovers bool // whether each is blocked
	}{
		{"tries are left", All(job(), pod()), false, false},
		{"no tries at all", All(job(limit(0)), pod()), true, true},
		{"the last try", All(job(limit(2), failed(2)), pod()), true, true},
		{"the last but one", All(job(limit(2), failed(1)), pod()), false, false},
		{"the last but one, and two Pods go", All(job(limit(2), failed(1)), pod(), other), true, false},
		{"evictions do not count", All(job(limit(0), policy(batchv1.PodFailurePolicyActionIgnore)), pod()), false, true},
		{"evictions count", All(job(limit(0), policy(batchv1.PodFailurePolicyActionCount)), pod()), true, true},
		{"an eviction fails it", All(job(policy(batchv1.PodFailurePolicyActionFailJob)), pod()), true, false},
		{"that it was to be evicted fails it", All(job(policy(batchv1.PodFailurePolicyActionFailJob)), pod(disrupted)), true, true},
		{"an eviction fails its index", All(job(perIndex, policy(batchv1.PodFailurePolicyActionFailIndex)), pod(tries("0"))), true, false},
		{"what a signal ends fails it", All(job(exits(batchv1.PodFailurePolicyActionFailJob, batchv1.PodFailurePolicyOnExitCodesOpIn, 143)), pod()), true, false},
		{"all but its own errors fail it", All(job(exits(batchv1.PodFailurePolicyActionFailJob, batchv1.PodFailurePolicyOnExitCodesOpNotIn, 42)), pod()), true, false},
		{"an error of its own fails it", All(job(policy(batchv1.PodFailurePolicyActionIgnore), exits(batchv1.PodFailurePolicyActionFailJob, batchv1.PodFailurePolicyOnExitCodesOpIn, 42)), pod()), false, false},
		{"its index has tries left, and the Job none", All(job(perIndex, limit(0)), pod(tries("0"))), true, true},
		{"counted already", All(job(limit(0)), pod(Terminating)), false, false},
		{"its index has tries left", All(job(perIndex), pod(tries("0"))), false, false},
		{"its index has none left", All(job(perIndex), pod(tries("1"))), true, true},
		{"it has ended", All(job(limit(0)), pod(Ended)), false, false},
		{"nothing is known of Jobs", All(gap, pod()), true, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			blocks := func(p *drain.Plan) bool { return slices.Contains(codesOf(p), drain.BlockedJob) }
			living, dead := All(Crew(), HeldBy("files", "n1-files", "n1"), tc.world), All(Fleet(), HeldBy("files", "n1-files", "n1"), tc.world)
			if p := drainPlan(t, ToMove(Accepting("files")), living...); blocks(p) != tc.drain {
				t.Errorf("drain --move-claims:\n%s", told(p))
			}
			if p := drainPlan(t, ToKeep(), living...); blocks(p) != tc.drain {
				t.Errorf("drain --keep-claims:\n%s", told(p))
			}
			if p := recoverPlan(t, accepting("files"), dead...); blocks(p) != tc.recovers {
				t.Errorf("recover:\n%s", told(p))
			}
			if p := recreatedPlan(t, dead...); blocks(p) != (tc.drain && (tc.recovers || slices.Contains(ofEvictions, tc.name))) { // its Pods are evicted, those of members alone
				t.Errorf("recover --recreated:\n%s", told(p))
			}
			accepted := drainPlan(t, ToMove(Accepting("files"), func(r *drain.DrainRequest) { r.FailJobs = true }), living...)
			if blocks(accepted) || tc.drain && tc.name != "nothing is known of Jobs" && !strings.Contains(told(accepted), "lost: what Job shop/sum has done so far") {
				t.Errorf("accepted:\n%s", told(accepted))
			}
		})
	}
}

// TestJobThatHasSucceeded: the claim of a Job whose Pod has succeeded stays, although its status does not show it yet.
func TestJobThatHasSucceeded(t *testing.T) {
	plan := recoverPlan(t, accepting("files"), All(Fleet(), Job("sum"), HeldBy("files", "n1-files", "n1"), Consumer("sum-a", "n1", "files", Ended, ControlledBy("Job", "sum")))...)
	if text := told(plan); plan.Verdict != drain.NothingToDo || !strings.Contains(text, "Job/sum has ended") {
		t.Error(text)
	}
}

// TestProvisionerOfTheNewVolume: a claim is given up for one of a provisioner only if that can be there.
func TestProvisionerOfTheNewVolume(t *testing.T) {
	base := func(provisioner string, more ...any) []any {
		bare := Without(All(Fleet(), Db()), "StorageClass local-ssd", "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free")
		return All(bare, StorageClass(Class, ProvisionedBy(provisioner)), more)
	}
	localPath := func(name, on string, edits ...func(*corev1.Pod)) *corev1.Pod {
		return Plain(name, on, append([]func(*corev1.Pod){func(p *corev1.Pod) { p.Spec.Containers[0].Image = "docker.io/rancher/local-path-provisioner:v0.0.31" }}, edits...)...)
	}
	told1 := func(p *corev1.Pod) { p.Spec.Containers[0].Args = []string{"--provisioner=disks.example.com"} }
	csi := func(node string, drivers ...string) *storagev1.CSINode {
		n := &storagev1.CSINode{ObjectMeta: metav1.ObjectMeta{Name: node}}
		for _, d := range drivers {
			n.Spec.Drivers = append(n.Spec.Drivers, storagev1.CSINodeDriver{Name: d, NodeID: node})
		}
		return n
	}
	const driver = "lvm.example.com"
	all := []any{csi("n0", driver), csi("n2", driver), csi("n3", driver)}
	keyed := func(label bool) []any {
		var out []any
		for _, name := range []string{"n0", "n2", "n3"} {
			n := csi(name, driver)
			n.Spec.Drivers[0].TopologyKeys = []string{"topology.lvm.example.com/node"}
			out = append(out, n, Node(name, func(n *corev1.Node) {
				if label {
					n.Labels["topology.lvm.example.com/node"] = name
				}
			}))
		}
		return out
	}
	for _, tc := range []struct {
		name  string
		world []any
		says  string
		block bool
	}{
		{"its only Pod was on the dead node", base("rancher.io/local-path", localPath("lp", "n1")), "none of its Pods (shop/lp) is Ready on a reachable node", true},
		{"its Pod waits", base("rancher.io/local-path", localPath("lp", "")), "none of its Pods (shop/lp) is Ready", true},
		{"its Pod is Ready elsewhere", base("rancher.io/local-path", localPath("lp", "n1", Terminating), localPath("lp-2", "n2")), "", false},
		{"known by its arguments, and dead", base("disks.example.com", Plain("disks", "n1", told1)), "none of its Pods (shop/disks) is Ready", true},
		{"no Pod is recognized", base("disks.example.com"), "no Pod of it was recognized", false},
		{"a driver that is on the node", base(driver, all), "", false},
		{"a driver whose node has its label", With(base(driver, all), keyed(true)...), "", false},
		{"a driver whose node has lost its label", With(base(driver, all), keyed(false)...), "no label topology.lvm.example.com/node, which its CSINode names", true},
		{"a driver that is on no node that is left", base(driver, csi("n1", driver)), "which does not run on", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			plan := recoverPlan(t, nil, tc.world...)
			text := told(plan)
			if blocked := slices.Contains(codesOf(plan), drain.BlockedNowhere); blocked != tc.block || !strings.Contains(text, tc.says) || tc.says == "" && strings.Contains(text, "rovisioner") {
				t.Errorf("want blocked %v and %q:\n%s", tc.block, tc.says, text)
			}
		})
	}
}
