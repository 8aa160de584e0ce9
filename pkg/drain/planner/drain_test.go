package planner

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// drainCase is a Plan to review in testdata/golden/drain-NAME.txt.
type drainCase struct {
	name    string
	request drain.DrainRequest
	world   []any
}

// bareWithData is a Pod that no controller recreates, with a claim on n1.
func bareWithData(edits ...func(*corev1.Pod)) []any {
	return append([]any{Plain("tool", "n1", append([]func(*corev1.Pod){Uses("data-tool")}, edits...)...)}, HeldBy("data-tool", "n1-tool", "n1", Deletes)...)
}

// scratch is a Pod of the set db with a generic ephemeral volume, and its claim, besides what it has.
func scratch(p *corev1.Pod) {
	p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: "scratch", VolumeSource: corev1.VolumeSource{
		Ephemeral: &corev1.EphemeralVolumeSource{VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{Spec: Claim("any").Spec}}}})
}

func ownedByPod(name string) func(*corev1.PersistentVolumeClaim) {
	return func(c *corev1.PersistentVolumeClaim) {
		c.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: drain.KindPod, Name: name, UID: types.UID(name + "-uid"), Controller: ptr.To(true)}}
	}
}

// provisionerOnN1 is a ready Pod of the static provisioner.
func provisionerOnN1() *corev1.Pod {
	p := ProvisionerPod()
	p.Namespace, p.Spec.NodeName = Ns, "n1"
	return p
}

func cleaning(r *drain.DrainRequest) { r.Clean = true }

// cleaned is a volume of n1 that the provisioner there erases when its claim goes.
func cleaned(claim, volume string) *corev1.PersistentVolume {
	return Volume(volume, On("n1"), Has(claim, claim+"-uid"), Deletes, Provisioned("local-volume-provisioner-n1"))
}

func drainCases() []drainCase {
	base := All(Crew(), Db())
	s := StatefulSet("db", 3)
	evenly := func(s *appsv1.StatefulSet) {
		s.Spec.Template.Spec.TopologySpreadConstraints = []corev1.TopologySpreadConstraint{{
			MaxSkew: 1, TopologyKey: corev1.LabelHostname, WhenUnsatisfiable: corev1.DoNotSchedule, LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "db"}},
		}}
	}
	alone := StatefulSet("db", 1)
	return []drainCase{
		{"keep", ToKeep(), All(base, Web())},
		{"keep again", ToKeep(), With(base, Node("n1", Cordoned), MemberPod(s, 1, ""))},
		{"keep an empty node", ToKeep(), All(Crew())},
		{"keep a bare Pod", ToKeep(Forced), All(base, bareWithData())},
		{"keep a claim that is being deleted", ToKeep(), With(base, Claim("data-db-1", BoundTo("n1-data"), Deleting))},
		{"keep with volumes that an earlier move left", ToKeep(), All(Crew(), StatefulSet("db", 1), MemberPod(alone, 0, ""), Claim("data-db-0", WithUID("new")),
			Volume("n1-data", On("n1"), Has("data-db-0", "data-db-0-uid"), Phase(Released), SavedFrom(Claim("data-db-0")), VolumeAnnotation(retain.AnnMovedFrom, "n1")))},
		{"move", ToMove(), All(base, Web())},
		{"move two members of one owner", ToMove(), All(Crew(), StatefulSet("db", 3), MemberPod(s, 0, "n1"), MemberPod(s, 1, "n1"), MemberPod(s, 2, "n2"),
			HeldBy("data-db-0", "n1-a", "n1"), HeldBy("data-db-1", "n1-b", "n1"), HeldBy("data-db-2", "n2-data", "n2"))},
		{"move goes on with two of one owner", ToMove(), All(With(All(Crew()), Node("n1", Cordoned)), s, MemberPod(s, 0, ""), MemberPod(s, 1, "n1"), MemberPod(s, 2, "n2"),
			HeldBy("data-db-0", "n1-a", "n1", VolumeAnnotation(retain.AnnMovedFrom, "n1")), HeldBy("data-db-1", "n1-b", "n1"), HeldBy("data-db-2", "n2-data", "n2"))},
		{"move one of two claim templates each", ToMove(), All(Crew(), Free("n0-b", "n2-b", "n3-b"), Db(WithTemplate("logs")))},
		{"move the last copy", ToMove(), All(Crew(), alone, MemberPod(alone, 0, "n1"), HeldBy("data-db-0", "n1-data", "n1"))},
		{"move the last copy, accepted", ToMove(Accepting("data-db-0")), All(Crew(), alone, MemberPod(alone, 0, "n1"), HeldBy("data-db-0", "n1-data", "n1"))},
		{"move without a quorum", ToMove(), With(base, MemberPod(s, 2, "n2", Unready))},
		{"move a member that is not Ready", ToMove(), With(base, MemberPod(s, 1, "n1", Unready))},
		{"move where nothing fits", ToMove(), Without(base, "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free")},
		{"move where nothing fits, allowed", ToMove(AllowingPending), Without(base, "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free")},
		{"move where the set asks for more than the claim has", ToMove(), With(base, StatefulSet("db", 3, func(s *appsv1.StatefulSet) {
			s.Spec.VolumeClaimTemplates[0].Spec.Resources.Requests = corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("150Gi")}
		}))},
		{"move where only the cordoned node keeps the spread uneven", ToMove(),
			All(Node("n0"), Node("n1"), StorageClass(Class), StatefulSet("db", 2, evenly), MemberPod(StatefulSet("db", 2, evenly), 0, "n0"), MemberPod(StatefulSet("db", 2, evenly), 1, "n1"),
				HeldBy("data-db-0", "n0-data", "n0"), HeldBy("data-db-1", "n1-data", "n1"), Free("n0-free"))},
		{"move a bare Pod without force", ToMove(), All(base, bareWithData())},
		{"move a bare Pod", ToMove(Forced, Accepting("data-tool")), All(base, bareWithData())},
		{"move a bare Pod that has ended", ToMove(), All(Crew(), bareWithData(Ended))},
		{"move a Deployment with its claim", ToMove(Accepting("data-web")), All(Crew(), Web(Uses("data-web")), HeldBy("data-web", "n1-web", "n1"))},
		{"move a claim without a Pod", ToMove(), All(base, HeldBy("lonely", "n1-lonely", "n1"))},
		{"move what only a selector spares", ToMove(Selecting("app=web")), All(base, Web())},
		{"move what waits, by selector", ToMove(Selecting("app=db")), With(All(base, Web()), Node("n1", Cordoned), MemberPod(s, 1, ""))},
		{"move what tolerates the cordon", ToMove(), With(base, MemberPod(s, 1, "n1", ToleratesAll))},
		{"move a member with an ephemeral claim too", ToMove(), All(With(base, MemberPod(StatefulSet("db", 3), 1, "n1", scratch)), Free("n2-more"),
			Claim("db-1-scratch", BoundTo("n1-scratch"), ownedByPod("db-1")), Volume("n1-scratch", On("n1"), Has("db-1-scratch", "db-1-scratch-uid"), Deletes))},
		{"move goes on after the claim is gone", ToMove(), With(Without(base, "PersistentVolumeClaim shop/data-db-1"), Node("n1", Cordoned), MemberPod(s, 1, ""),
			Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Phase(Released), SavedFrom(Claim("data-db-1", BoundTo("n1-data"))), VolumeAnnotation(retain.AnnMovedFrom, "n1")),
			Volume("n3-free", On("n3"), func(v *corev1.PersistentVolume) {
				v.Spec.ClaimRef = &corev1.ObjectReference{Namespace: Ns, Name: "data-db-1"}
			}))},
		{"move goes on while the new claim is being bound", ToMove(), With(base, Node("n1", Cordoned), MemberPod(s, 1, ""),
			Claim("data-db-1", WithUID("new")), Volume("n3-free", On("n3"), Has("data-db-1", "new"), Phase(corev1.VolumeAvailable)),
			Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Phase(Released), SavedFrom(Claim("data-db-1", BoundTo("n1-data"))), VolumeAnnotation(retain.AnnMovedFrom, "n1")))},
		{"move has been done", ToMove(), With(base, Node("n1", Cordoned), MemberPod(s, 1, "n3"), Claim("data-db-1", WithUID("new"), BoundTo("n3-free")),
			Volume("n3-free", On("n3"), Has("data-db-1", "new")),
			Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Phase(Released), SavedFrom(Claim("data-db-1", BoundTo("n1-data"))), VolumeAnnotation(retain.AnnMovedFrom, "n1")))},
		{"clean what no controller recreates", ToMove(cleaning, Accepting("data-web")), All(Crew(), Web(Uses("data-web")),
			HeldBy("data-web", "n1-web", "n1", Deletes, Provisioned("local-volume-provisioner-n1")), provisionerOnN1(), DaemonSet("cleaner"))},
		{"clean", ToMove(cleaning, IgnoringDaemons), All(With(base, cleaned("data-db-1", "n1-data")), provisionerOnN1(), DaemonSet("cleaner"))},
		{"clean again after the claim is gone", ToMove(cleaning, IgnoringDaemons), All(With(Without(base, "PersistentVolumeClaim shop/data-db-1"), Node("n1", Cordoned), MemberPod(s, 1, ""),
			Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Phase(Released), SavedFrom(Claim("data-db-1", BoundTo("n1-data"))), VolumeAnnotation(retain.AnnMovedFrom, "n1"),
				Deletes, Provisioned("local-volume-provisioner-n1"))), provisionerOnN1(), DaemonSet("cleaner"))},
		{"clean the last copy, accepted", ToMove(cleaning, IgnoringDaemons, Accepting("data-db-0")), All(Crew(), alone, MemberPod(alone, 0, "n1"),
			Claim("data-db-0", BoundTo("n1-data")), cleaned("data-db-0", "n1-data"), provisionerOnN1(), DaemonSet("cleaner"))},
		{"clean a bare Pod", ToMove(cleaning, IgnoringDaemons, Forced, Accepting("data-tool")), All(Crew(), bareWithData(), provisionerOnN1(), DaemonSet("cleaner"))},
		{"move more volumes than are named", ToMove(Accepting("data-db-0", "data-db-1", "data-db-2", "data-db-3")), All(Crew(), Free("n3-a"), fourOn1())},
		{"move to a node that died", ToMove(), With(base, Node("n1", Cordoned), Node("n3", Unreachable), MemberPod(s, 1, ""), Claim("data-db-1", WithUID("new"), BoundTo("n3-free")),
			Volume("n3-free", On("n3"), Has("data-db-1", "new")),
			Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Phase(Released), SavedFrom(Claim("data-db-1", BoundTo("n1-data"))), VolumeAnnotation(retain.AnnMovedFrom, "n1")))},
		{"a Pod whose template names the node", ToKeep(), With(All(Crew(), Web()), replicaSetPinned("web", "n1"))},
		{"daemons", ToKeep(), All(Crew(), Plain("agent-1", "n1", ControlledBy("DaemonSet", "agent")), DaemonSet("agent"))},
		{"daemons ignored", ToKeep(IgnoringDaemons), All(Crew(), Plain("agent-1", "n1", ControlledBy("DaemonSet", "agent")), DaemonSet("agent"))},
		{"daemons whose set is gone", ToKeep(IgnoringDaemons), All(Crew(), Plain("agent-1", "n1", ControlledBy("DaemonSet", "agent")))},
		{"daemons of which nothing is known", ToKeep(IgnoringDaemons, Forced), All(Crew(), Plain("agent-1", "n1", ControlledBy("DaemonSet", "agent")),
			inspect.Gap{Kind: inspect.DaemonSets, Reason: "forbidden: list daemonsets"})},
		{"a static Pod", ToKeep(), All(Crew(), Plain("etcd-n1", "n1", Mirrored))},
		{"emptyDir", ToKeep(), All(Crew(), Web(WithEmptyDir))},
		{"emptyDir deleted", ToKeep(DeletingEmptyDir), All(Crew(), Web(WithEmptyDir))},
		{"bare Pods", ToKeep(Forced), All(Crew(), Plain("a", "n1"), Plain("b", "n1"), Plain("ended", "n1", Ended))},
		{"an ephemeral claim alone", ToMove(), All(Crew(), Web(scratch), Claim("web-1-scratch", BoundTo("n1-scratch"), ownedByPod("web-1")),
			Volume("n1-scratch", On("n1"), Has("web-1-scratch", "web-1-scratch-uid"), Deletes))},
		{"a Pod that comes back", ToKeep(), All(Crew(), Web(ToleratesAll))},
		{"a budget that holds", ToKeep(), All(base, Budget("db", "db", 0))},
		{"a budget that lets one go", ToKeep(), All(base, Budget("db", "db", 1))},
		{"two budgets", ToKeep(), All(base, Budget("db", "db", 1), Budget("all", "db", 1))},
		{"budgets unknown", ToKeep(), All(base, inspect.Gap{Kind: inspect.PodDisruptionBudgets, Reason: "forbidden: list poddisruptionbudgets"})},
		{"unreachable", ToMove(), With(base, Node("n1", Unreachable))},
		{"never heard of", ToMove(), With(base, Node("n1", func(n *corev1.Node) { n.Status.Conditions = nil }))},
		{"nodes unknown", ToMove(), All(inspect.Gap{Kind: inspect.Nodes, Reason: "forbidden: list nodes"})},
		{"claims unknown", ToKeep(), All(base, inspect.Gap{Kind: inspect.PersistentVolumeClaims, Reason: "not in the files"})},
		{"sets unknown", ToMove(), All(base, inspect.Gap{Kind: inspect.StatefulSets, Reason: "not in the files"})},
	}
}

func TestDrainPlans(t *testing.T) {
	for _, tc := range drainCases() {
		t.Run(tc.name, func(t *testing.T) {
			plan := drainPlan(t, tc.request, tc.world...)
			checkReadBack(t, plan)
			golden(t, "drain-"+strings.ReplaceAll(strings.ReplaceAll(tc.name, ",", ""), " ", "-")+".txt", told(plan))
		})
	}
}

// TestDrainPlansDoNotDependOnOrder shuffles what was read.
func TestDrainPlansDoNotDependOnOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for _, tc := range drainCases() {
		t.Run(tc.name, func(t *testing.T) {
			want := textOf(t, drainPlan(t, tc.request, tc.world...))
			world := append([]any(nil), tc.world...)
			random.Shuffle(len(world), func(i, j int) { world[i], world[j] = world[j], world[i] })
			if diff := cmp.Diff(want, textOf(t, drainPlan(t, tc.request, world...))); diff != "" {
				t.Fatalf("another order gives another Plan:\n%s", diff)
			}
		})
	}
}

// TestDrainOrder holds the order that keeps data: nothing is deleted before its volume is kept, its new place reserved
// and its Pod gone; and nothing of the next member before this one is Ready.
func TestDrainOrder(t *testing.T) {
	s := StatefulSet("db", 4)
	plan := drainPlan(t, ToMove(), All(Crew(), s, MemberPod(s, 0, "n1"), MemberPod(s, 1, "n1"), MemberPod(s, 2, "n2"), MemberPod(s, 3, "n3"),
		HeldBy("data-db-0", "n1-a", "n1"), HeldBy("data-db-1", "n1-b", "n1"), HeldBy("data-db-2", "n2-data", "n2"), HeldBy("data-db-3", "n3-data", "n3"), Web())...)
	member := []drain.Action{drain.RetainVolume, drain.ReserveVolume, drain.EvictPod, drain.AwaitUnused, drain.DeleteClaim, drain.AwaitReleased, drain.AwaitReady}
	want := append([]drain.Action{drain.CordonNode}, append(append(member, member...), drain.EvictPod, drain.CheckEmpty)...)
	if diff := cmp.Diff(want, actionsOf(plan)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	stages := []drain.Stage{
		{Targets: []int{0, 1}, Parallel: 1, OnFailure: drain.StopStage}, // the cordon, then the members of db one after the other
		{Targets: []int{2}, Parallel: 1, OnFailure: drain.FinishTargets},
		{Targets: []int{3}, Parallel: 1, OnFailure: drain.StopStage},
	}
	if diff := cmp.Diff(stages, plan.Stages); diff != "" {
		t.Errorf("stages (-want +got):\n%s", diff)
	}
	for i, step := range plan.Steps {
		want := 1
		switch i {
		case 0:
			want = 0
		case 15, 16:
			want = i - 13
		}
		if step.Target != want {
			t.Errorf("step %d, %s, is of target %d, want %d", i, step.ID, step.Target, want)
		}
	}
}

// TestGracePeriod: what was asked for is given to each Pod, and nothing else.
func TestGracePeriod(t *testing.T) {
	for seconds, want := range map[int]*int64{-1: nil, 1: ptr.To(int64(1)), 60: ptr.To(int64(60))} {
		plan := drainPlan(t, ToMove(func(r *drain.DrainRequest) { r.Eviction.GracePeriodSeconds = seconds }), All(Crew(), Db(), Web())...)
		evictions := 0
		for _, step := range plan.Steps {
			if p, ok := step.Parameters.(*drain.EvictParameters); ok {
				evictions++
				if diff := cmp.Diff(want, p.GracePeriodSeconds); diff != "" {
					t.Errorf("%s with %d seconds (-want +got):\n%s", step.ID, seconds, diff)
				}
			}
		}
		if evictions != 2 {
			t.Errorf("%d evictions", evictions)
		}
	}
}

// TestDrainMisuse holds what is refused as making no sense, word by word.
func TestDrainMisuse(t *testing.T) {
	for name, tc := range map[string]struct {
		request drain.DrainRequest
		want    string
	}{
		"neither":       {DrainRequest(nil), "choose what becomes of the claims on the node: --keep-claims (it comes back; their Pods wait for it) or --move-claims (it does not; their Pods start elsewhere, on empty volumes)"},
		"both":          {ToMove(func(r *drain.DrainRequest) { r.KeepClaims = true }), "choose what becomes of the claims on the node: --keep-claims (it comes back; their Pods wait for it) or --move-claims (it does not; their Pods start elsewhere, on empty volumes)"},
		"clean":         {ToKeep(func(r *drain.DrainRequest) { r.Clean = true }), "--clean has the volumes erased that claims leave, so it needs --move-claims"},
		"pending":       {ToKeep(AllowingPending), "--allow-pending is about members that move, so it needs --move-claims"},
		"data loss":     {ToKeep(Accepting("data-db-1")), "--accept-data-loss is about claims that are given up, and with --keep-claims that is none that is not being deleted already, as shop/data-db-1 is not: to take members down for as long as the node is away, use --allow-down"},
		"no grace":      {ToMove(func(r *drain.DrainRequest) { r.Eviction.GracePeriodSeconds = 0 }), "--grace-period=0 removes a Pod from the API before its kubelet has stopped it, so that two copies of one member could run: use 1 or more"},
		"selector":      {ToKeep(Selecting("a=,=b")), "--pod-selector=a=,=b: "},
		"no such node":  {ToKeep(func(r *drain.DrainRequest) { r.Node = "n9" }), `no node "n9" in the cluster`},
		"name of a Pod": {ToMove(func(r *drain.DrainRequest) { r.Node = "db-1" }), `no node "db-1" in the cluster`},
	} {
		t.Run(name, func(t *testing.T) {
			plan, err := PlanDrain(t.Context(), inspect.NewIndex(Snapshot(t, All(Crew(), Db()))), Scheduler, tc.request)
			var misuse *drain.MisuseError
			var missing *drain.NotFoundError
			if plan != nil || !errors.As(err, &misuse) && !errors.As(err, &missing) || !strings.HasPrefix(english(fact.Of(err)), tc.want) {
				t.Errorf("got %v and error %v, want %s", plan, err, tc.want)
			}
		})
	}
}

// TestBudgetHolds takes what the server looks at when it is asked for an eviction.
func TestBudgetHolds(t *testing.T) {
	always := func(b *policyv1.PodDisruptionBudget) *policyv1.PodDisruptionBudget {
		b.Spec.UnhealthyPodEvictionPolicy = ptr.To(policyv1.AlwaysAllow)
		return b
	}
	for name, tc := range map[string]struct {
		budget *policyv1.PodDisruptionBudget
		pod    *corev1.Pod
		want   bool
	}{
		"allows one":                          {Budget("b", "a", 1), Plain("a", "n1"), false},
		"allows none":                         {Budget("b", "a", 0), Plain("a", "n1"), true},
		"allows none, not Ready":              {Budget("b", "a", 0), Plain("a", "n1", Unready), true},
		"allows the unhealthy":                {always(Budget("b", "a", 0)), Plain("a", "n1", Unready), false},
		"allows the unhealthy, but it is not": {always(Budget("b", "a", 0)), Plain("a", "n1"), true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := holds(tc.budget, tc.pod); got != tc.want {
				t.Errorf("holds: %t", got)
			}
		})
	}
}
