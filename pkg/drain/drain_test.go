package drain

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

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// drainCase is a Plan to review in testdata/golden/drain-NAME.txt.
type drainCase struct {
	name    string
	request DrainRequest
	world   []any
}

// bareWithData is a Pod that nobody makes anew, with a claim on n1.
func bareWithData(edits ...func(*corev1.Pod)) []any {
	return append([]any{plain("tool", "n1", append([]func(*corev1.Pod){uses("data-tool")}, edits...)...)}, heldBy("data-tool", "n1-tool", "n1", deletes)...)
}

// scratch is a Pod of the set db with a generic ephemeral volume, and its claim, besides what it has.
func scratch(p *corev1.Pod) {
	p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: "scratch", VolumeSource: corev1.VolumeSource{
		Ephemeral: &corev1.EphemeralVolumeSource{VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{Spec: claim("any").Spec}}}})
}

func ownedByPod(name string) func(*corev1.PersistentVolumeClaim) {
	return func(c *corev1.PersistentVolumeClaim) {
		c.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: kindPod, Name: name, UID: types.UID(name + "-uid"), Controller: ptr.To(true)}}
	}
}

// provisionerOnN1 is a ready Pod of the static provisioner.
func provisionerOnN1() *corev1.Pod {
	p := provisionerPod()
	p.Namespace, p.Spec.NodeName = ns, "n1"
	return p
}

func drainCases() []drainCase {
	base := all(crew(), db())
	s := set("db", 3)
	evenly := func(s *appsv1.StatefulSet) {
		s.Spec.Template.Spec.TopologySpreadConstraints = []corev1.TopologySpreadConstraint{{
			MaxSkew: 1, TopologyKey: corev1.LabelHostname, WhenUnsatisfiable: corev1.DoNotSchedule, LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "db"}},
		}}
	}
	alone := set("db", 1)
	return []drainCase{
		{"keep", toKeep(), all(base, web())},
		{"keep again", toKeep(), with(base, machine("n1", cordoned), memberPod(s, 1, ""))},
		{"keep an empty node", toKeep(), all(crew())},
		{"keep a bare Pod", toKeep(forced), all(base, bareWithData())},
		{"keep a claim that is being deleted", toKeep(), with(base, claim("data-db-1", boundTo("n1-data"), deletingClaim))},
		{"keep with volumes that an earlier move left", toKeep(), all(crew(), set("db", 1), memberPod(alone, 0, ""), claim("data-db-0", withUID("new")),
			volume("n1-data", on("n1"), has("data-db-0", "data-db-0-uid"), phase(released), savedFrom(claim("data-db-0")), annotated(AnnMovedFrom, "n1")))},
		{"move", toMove(), all(base, web())},
		{"move two members of one owner", toMove(), all(crew(), set("db", 3), memberPod(s, 0, "n1"), memberPod(s, 1, "n1"), memberPod(s, 2, "n2"),
			heldBy("data-db-0", "n1-a", "n1"), heldBy("data-db-1", "n1-b", "n1"), heldBy("data-db-2", "n2-data", "n2"))},
		{"move goes on with two of one owner", toMove(), all(with(all(crew()), machine("n1", cordoned)), s, memberPod(s, 0, ""), memberPod(s, 1, "n1"), memberPod(s, 2, "n2"),
			heldBy("data-db-0", "n1-a", "n1", annotated(AnnMovedFrom, "n1")), heldBy("data-db-1", "n1-b", "n1"), heldBy("data-db-2", "n2-data", "n2"))},
		{"move one of two claim templates each", toMove(), all(crew(), free("n0-b", "n2-b", "n3-b"), db(withTemplate("logs")))},
		{"move the last copy", toMove(), all(crew(), alone, memberPod(alone, 0, "n1"), heldBy("data-db-0", "n1-data", "n1"))},
		{"move the last copy, accepted", toMove(accepting("data-db-0")), all(crew(), alone, memberPod(alone, 0, "n1"), heldBy("data-db-0", "n1-data", "n1"))},
		{"move without a quorum", toMove(), with(base, memberPod(s, 2, "n2", unready))},
		{"move a member that is not Ready", toMove(), with(base, memberPod(s, 1, "n1", unready))},
		{"move where nothing fits", toMove(), without(base, "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free")},
		{"move where nothing fits, allowed", toMove(allowingPending), without(base, "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free")},
		{"move where the set asks for more than the claim has", toMove(), with(base, set("db", 3, func(s *appsv1.StatefulSet) {
			s.Spec.VolumeClaimTemplates[0].Spec.Resources.Requests = corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("150Gi")}
		}))},
		{"move where only the cordoned node keeps the spread uneven", toMove(),
			all(machine("n0"), machine("n1"), waitForFirstConsumer(), set("db", 2, evenly), memberPod(set("db", 2, evenly), 0, "n0"), memberPod(set("db", 2, evenly), 1, "n1"),
				heldBy("data-db-0", "n0-data", "n0"), heldBy("data-db-1", "n1-data", "n1"), free("n0-free"))},
		{"move a bare Pod without force", toMove(), all(base, bareWithData())},
		{"move a bare Pod", toMove(forced, accepting("data-tool")), all(base, bareWithData())},
		{"move a bare Pod that has ended", toMove(), all(crew(), bareWithData(ended))},
		{"move a Deployment with its claim", toMove(accepting("data-web")), all(crew(), web(uses("data-web")), heldBy("data-web", "n1-web", "n1"))},
		{"move a claim without a Pod", toMove(), all(base, heldBy("lonely", "n1-lonely", "n1"))},
		{"move what only a selector spares", toMove(selecting("app=web")), all(base, web())},
		{"move what waits, by selector", toMove(selecting("app=db")), with(all(base, web()), machine("n1", cordoned), memberPod(s, 1, ""))},
		{"move what tolerates the cordon", toMove(), with(base, memberPod(s, 1, "n1", toleratesAll))},
		{"move a member with an ephemeral claim too", toMove(), all(with(base, memberPod(set("db", 3), 1, "n1", scratch)), free("n2-more"),
			claim("db-1-scratch", boundTo("n1-scratch"), ownedByPod("db-1")), volume("n1-scratch", on("n1"), has("db-1-scratch", "db-1-scratch-uid"), deletes))},
		{"move goes on after the claim is gone", toMove(), with(without(base, "PersistentVolumeClaim shop/data-db-1"), machine("n1", cordoned), memberPod(s, 1, ""),
			volume("n1-data", on("n1"), has("data-db-1", "data-db-1-uid"), phase(released), savedFrom(claim("data-db-1", boundTo("n1-data"))), annotated(AnnMovedFrom, "n1")),
			volume("n3-free", on("n3"), func(v *corev1.PersistentVolume) {
				v.Spec.ClaimRef = &corev1.ObjectReference{Namespace: ns, Name: "data-db-1"}
			}))},
		{"move goes on while the new claim is being bound", toMove(), with(base, machine("n1", cordoned), memberPod(s, 1, ""),
			claim("data-db-1", withUID("new")), volume("n3-free", on("n3"), has("data-db-1", "new"), phase(corev1.VolumeAvailable)),
			volume("n1-data", on("n1"), has("data-db-1", "data-db-1-uid"), phase(released), savedFrom(claim("data-db-1", boundTo("n1-data"))), annotated(AnnMovedFrom, "n1")))},
		{"move has been done", toMove(), with(base, machine("n1", cordoned), memberPod(s, 1, "n3"), claim("data-db-1", withUID("new"), boundTo("n3-free")),
			volume("n3-free", on("n3"), has("data-db-1", "new")),
			volume("n1-data", on("n1"), has("data-db-1", "data-db-1-uid"), phase(released), savedFrom(claim("data-db-1", boundTo("n1-data"))), annotated(AnnMovedFrom, "n1")))},
		{"clean what nobody makes anew", toMove(func(r *DrainRequest) { r.Clean = true }, accepting("data-web")), all(crew(), web(uses("data-web")),
			heldBy("data-web", "n1-web", "n1", deletes, provisioned("local-volume-provisioner-n1")), provisionerOnN1(), daemonSet("cleaner"))},
		{"daemons", toKeep(), all(crew(), plain("agent-1", "n1", controlledBy("DaemonSet", "agent")), daemonSet("agent"))},
		{"daemons ignored", toKeep(ignoringDaemons), all(crew(), plain("agent-1", "n1", controlledBy("DaemonSet", "agent")), daemonSet("agent"))},
		{"daemons whose set is gone", toKeep(ignoringDaemons), all(crew(), plain("agent-1", "n1", controlledBy("DaemonSet", "agent")))},
		{"daemons of which nothing is known", toKeep(ignoringDaemons, forced), all(crew(), plain("agent-1", "n1", controlledBy("DaemonSet", "agent")),
			inspect.Gap{Kind: inspect.DaemonSets, Reason: "forbidden: list daemonsets"})},
		{"a static Pod", toKeep(), all(crew(), plain("etcd-n1", "n1", mirrored))},
		{"emptyDir", toKeep(), all(crew(), web(withEmptyDir))},
		{"emptyDir deleted", toKeep(deletingEmptyDir), all(crew(), web(withEmptyDir))},
		{"bare Pods", toKeep(forced), all(crew(), plain("a", "n1"), plain("b", "n1"), plain("ended", "n1", ended))},
		{"an ephemeral claim alone", toMove(), all(crew(), web(scratch), claim("web-1-scratch", boundTo("n1-scratch"), ownedByPod("web-1")),
			volume("n1-scratch", on("n1"), has("web-1-scratch", "web-1-scratch-uid"), deletes))},
		{"a Pod that comes back", toKeep(), all(crew(), web(toleratesAll))},
		{"a budget that holds", toKeep(), all(base, budget("db", "db", 0))},
		{"a budget that lets one go", toKeep(), all(base, budget("db", "db", 1))},
		{"two budgets", toKeep(), all(base, budget("db", "db", 1), budget("all", "db", 1))},
		{"budgets unknown", toKeep(), all(base, inspect.Gap{Kind: inspect.PodDisruptionBudgets, Reason: "forbidden: list poddisruptionbudgets"})},
		{"silent", toMove(), with(base, machine("n1", dead))},
		{"nodes unknown", toMove(), all(inspect.Gap{Kind: inspect.Nodes, Reason: "forbidden: list nodes"})},
		{"claims unknown", toKeep(), all(base, inspect.Gap{Kind: inspect.PersistentVolumeClaims, Reason: "not in the files"})},
		{"sets unknown", toMove(), all(base, inspect.Gap{Kind: inspect.StatefulSets, Reason: "not in the files"})},
	}
}

func TestDrainPlans(t *testing.T) {
	for _, tc := range drainCases() {
		t.Run(tc.name, func(t *testing.T) {
			golden(t, "drain-"+strings.ReplaceAll(strings.ReplaceAll(tc.name, ",", ""), " ", "-")+".txt", told(drainPlan(t, tc.request, tc.world...)))
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
	s := set("db", 4)
	plan := drainPlan(t, toMove(), all(crew(), s, memberPod(s, 0, "n1"), memberPod(s, 1, "n1"), memberPod(s, 2, "n2"), memberPod(s, 3, "n3"),
		heldBy("data-db-0", "n1-a", "n1"), heldBy("data-db-1", "n1-b", "n1"), heldBy("data-db-2", "n2-data", "n2"), heldBy("data-db-3", "n3-data", "n3"), web())...)
	member := []Action{KeepVolume, ReserveVolume, EvictPod, AwaitUnused, DeleteClaim, AwaitReleased, AwaitReady}
	want := append([]Action{CordonNode}, append(append(member, member...), EvictPod, CheckEmpty)...)
	if diff := cmp.Diff(want, actionsOf(plan)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	for _, step := range plan.Steps[1:15] {
		if step.target >= plan.prelude {
			t.Errorf("%s may be done side by side with others", step.Title)
		}
	}
	if first, last := plan.Steps[15], plan.Steps[16]; first.target < plan.prelude || last.target < plan.epilogue {
		t.Errorf("%s and %s are at stages %d and %d of %d and %d", first.Title, last.Title, first.target, last.target, plan.prelude, plan.epilogue)
	}
}

// TestDrainMisuse holds what is refused as making no sense, word by word.
func TestDrainMisuse(t *testing.T) {
	for name, tc := range map[string]struct {
		request DrainRequest
		want    string
	}{
		"neither":       {drainRequest(nil), "say what becomes of the claims on the node: --keep-claims (it comes back; their Pods wait for it) or --move-claims (it does not; they start anew elsewhere)"},
		"both":          {toMove(func(r *DrainRequest) { r.KeepClaims = true }), "say what becomes of the claims on the node: --keep-claims (it comes back; their Pods wait for it) or --move-claims (it does not; they start anew elsewhere)"},
		"clean":         {toKeep(func(r *DrainRequest) { r.Clean = true }), "--clean has the volumes erased that claims leave, which takes --move-claims"},
		"pending":       {toKeep(allowingPending), "--allow-pending is about members that move, which takes --move-claims"},
		"loss":          {toKeep(accepting("c")), "--accept-data-loss is about claims that are given up, which takes --move-claims"},
		"no grace":      {toMove(func(r *DrainRequest) { r.Eviction.GracePeriodSeconds = 0 }), "--grace-period=0 removes a Pod from the API before its kubelet has stopped it, so that two of one member could run: use 1 or more"},
		"selector":      {toKeep(selecting("a=,=b")), "--pod-selector=a=,=b: "},
		"no such node":  {toKeep(func(r *DrainRequest) { r.Node = "n9" }), `no node "n9" in the cluster`},
		"name of a Pod": {toMove(func(r *DrainRequest) { r.Node = "db-1" }), `no node "db-1" in the cluster`},
	} {
		t.Run(name, func(t *testing.T) {
			plan, err := PlanDrain(t.Context(), inspect.NewIndex(drainScene(t, all(crew(), db())...)), scheduler, tc.request)
			var misuse *MisuseError
			var missing *NotFoundError
			if plan != nil || !errors.As(err, &misuse) && !errors.As(err, &missing) || !strings.HasPrefix(err.Error(), tc.want) {
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
		"allows one":                          {budget("b", "a", 1), plain("a", "n1"), false},
		"allows none":                         {budget("b", "a", 0), plain("a", "n1"), true},
		"allows none, not Ready":              {budget("b", "a", 0), plain("a", "n1", unready), true},
		"allows the unhealthy":                {always(budget("b", "a", 0)), plain("a", "n1", unready), false},
		"allows the unhealthy, but it is not": {always(budget("b", "a", 0)), plain("a", "n1"), true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := holds(tc.budget, tc.pod); got != tc.want {
				t.Errorf("holds: %t", got)
			}
		})
	}
}

// TestDrainRole compares the role that is shipped with what the steps of all tried Plans need, besides listing what
// Plans are made from, watching, and recording.
func TestDrainRole(t *testing.T) {
	var needs []string
	for _, tc := range drainCases() {
		for _, s := range drainPlan(t, tc.request, tc.world...).Steps {
			for _, need := range Needs(s.Action) {
				needs = append(needs, need.Verb+" "+need.Resource)
			}
		}
	}
	for _, kind := range []inspect.Kind{inspect.Nodes, inspect.Namespaces, inspect.PersistentVolumes, inspect.PersistentVolumeClaims, inspect.StorageClasses, inspect.CSINodes,
		inspect.CSIDrivers, inspect.CSIStorageCapacities, inspect.StatefulSets, inspect.ReplicaSets, inspect.Jobs, inspect.DaemonSets, inspect.PodDisruptionBudgets} {
		needs = append(needs, "list "+string(kind))
	}
	needs = append(needs, "watch persistentvolumes", "watch persistentvolumeclaims", "watch pods", "create events")
	if diff := cmp.Diff(sorted(needs), sorted(granted(t, "drain"))); diff != "" {
		t.Errorf("deploy/rbac/drain.yaml (-needed +granted):\n%s", diff)
	}
}
