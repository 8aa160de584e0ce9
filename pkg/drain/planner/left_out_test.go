package planner

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// recoverPlan plans to recover n1, which is proved dead.
func recoverPlan(t *testing.T, ask func(*drain.RecoverRequest), objects ...any) *drain.Plan {
	t.Helper()
	s := Snapshot(t, objects...)
	r := drain.RecoverRequest{Nodes: []string{"n1"}, UnreachableFor: 5 * time.Minute, Fenced: true, Concurrency: 4,
		Earlier: &liveness.LeaseSample{At: Now().Add(-21 * time.Second), Leases: s.Leases}}
	if ask != nil {
		ask(&r)
	}
	plan, err := PlanRecover(t.Context(), inspect.NewIndex(s), Scheduler, r)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func dying(v *corev1.PersistentVolume) {
	v.DeletionTimestamp, v.Finalizers = ptr.To(Ago(time.Minute)), []string{"kubernetes.io/pv-protection"}
}

func ordered(s *appsv1.StatefulSet) { s.Spec.PodManagementPolicy = appsv1.OrderedReadyPodManagement }

// outOf are the members that a Plan leaves out, with why.
func outOf(p *drain.Plan) []string {
	var out []string
	for _, l := range p.LeftOut {
		out = append(out, l.Member+" "+l.Owner+" "+string(l.Code))
	}
	return out
}

// TestOneMemberStopsNobodyElse: what stands in the way of one member leaves that out, of recover and of drain, and the others move.
func TestOneMemberStopsNobodyElse(t *testing.T) {
	for name, tc := range map[string]struct {
		queue []any
		code  drain.BlockerCode
	}{
		"a Pod on another node uses its claim": {All(Queue(), Consumer("guest", "n2", "data-queue-1")), drain.BlockedShared},
		"its manifest is too large":            {Queue(Large), drain.BlockedTooLarge},
		"its volume is being deleted": {With(All(Queue()), Volume("n1-queue", On("n1"), Has("data-queue-1", "data-queue-1-uid"), dying)),
			drain.BlockedTerminating},
		"another version has recorded something on its volume": {With(All(Queue()), Volume("n1-queue", On("n1"), Has("data-queue-1", "data-queue-1-uid"), newer)),
			drain.BlockedNewer},
		"it fits nowhere": {With(All(Queue()), MemberPod(StatefulSet("queue", 3), 1, "n1", func(p *corev1.Pod) { p.Spec.NodeSelector = map[string]string{"gpu": "yes"} })),
			drain.BlockedNowhere},
	} {
		for command, plan := range map[string]*drain.Plan{
			"recover": recoverPlan(t, nil, All(Fleet(), Db(), tc.queue)...),
			"drain":   drainPlan(t, ToMove(), All(Crew(), Db(), tc.queue)...),
		} {
			t.Run(command+", "+name, func(t *testing.T) {
				if plan.Verdict != drain.Ready {
					t.Fatalf("%s: %s", plan.Verdict, told(plan))
				}
				if diff := cmp.Diff([]string{"shop/queue-1 StatefulSet/queue " + string(tc.code)}, outOf(plan)); diff != "" {
					t.Errorf("left out (-want +got):\n%s", diff)
				}
				if moved := strings.Join(plan.Members(), " "); moved != "shop/db-1" {
					t.Errorf("moved: %s", moved)
				}
				for _, s := range plan.Steps {
					if strings.Contains(s.ID, "queue") {
						t.Errorf("step %s is about the member that is left out", s.ID)
					}
				}
			})
		}
	}
}

// TestNobodyIsLeft: if something stands in the way of everybody, nothing is done, and the Plan says why.
func TestNobodyIsLeft(t *testing.T) {
	plan := recoverPlan(t, nil, All(Fleet(), Queue(Large))...)
	if plan.Verdict != drain.Blocked || len(plan.LeftOut) > 0 || len(codesOf(plan)) != 1 || codesOf(plan)[0] != drain.BlockedTooLarge {
		t.Errorf("%s %v: %s", plan.Verdict, outOf(plan), told(plan))
	}
}

// TestLeftOutOfADrain: the Pod of a member that is left out stays, the node is not said to be empty, and a second budget or a finalizer of
// somebody else leaves out one Pod.
func TestLeftOutOfADrain(t *testing.T) {
	twice := func(name string) any {
		return &policyv1.PodDisruptionBudget{ObjectMeta: metav1.ObjectMeta{Namespace: Ns, Name: name},
			Spec:   policyv1.PodDisruptionBudgetSpec{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web-1"}}},
			Status: policyv1.PodDisruptionBudgetStatus{DisruptionsAllowed: 1}}
	}
	held := func(c *corev1.PersistentVolumeClaim) { c.Finalizers = append(c.Finalizers, "backup.example/hold") }
	for name, tc := range map[string]struct {
		world []any
		out   string
		says  string
	}{
		"shared": {All(Crew(), Db(), Web(), Queue(), Consumer("guest", "n2", "data-queue-1")), "shop/queue-1",
			"1 Pod stays on n1 (left out): shop/queue-1"},
		"held by a finalizer": {All(Crew(), Db(), Web(), Queue(held)), "shop/queue-1", "1 Pod stays on n1 (left out): shop/queue-1"},
		"a Pod held by a finalizer": {With(All(Crew(), Db(), Web(), Queue()), MemberPod(StatefulSet("queue", 3), 1, "n1", func(p *corev1.Pod) { p.Finalizers = []string{"backup.example/hold"} })),
			"shop/queue-1", "1 Pod stays on n1 (left out): shop/queue-1"},
		"two budgets": {All(Crew(), Db(), Web(), twice("a"), twice("b")), "shop/web-1", "1 Pod stays on n1 (left out): shop/web-1"},
	} {
		t.Run(name, func(t *testing.T) {
			plan := drainPlan(t, ToMove(), tc.world...)
			text := told(plan)
			if plan.Verdict != drain.Ready || len(plan.LeftOut) != 1 || plan.LeftOut[0].Member != tc.out {
				t.Fatalf("%s %v: %s", plan.Verdict, outOf(plan), text)
			}
			if strings.Contains(text, "evict Pod "+tc.out) || !strings.Contains(text, "evict Pod shop/db-1") {
				t.Errorf("the wrong Pods are evicted: %s", text)
			}
			want := "next: n1 is cordoned and NOT empty: it still runs what was left out (" + tc.out + ")"
			if strings.Contains(text, "can be removed") || !strings.Contains(text, want) || !strings.Contains(text, tc.says) {
				t.Errorf("want %q and %q: %s", want, tc.says, text)
			}
		})
	}
}

// TestBehindAMemberThatStays: a StatefulSet that goes in order recreates none behind a member that stays with the dead node.
func TestBehindAMemberThatStays(t *testing.T) {
	for name, tc := range map[string]struct {
		policy func(*appsv1.StatefulSet)
		except bool
		want   []string
	}{
		"in order":                {ordered, false, []string{"shop/db-1 StatefulSet/db Terminating", "shop/db-2 StatefulSet/db Behind"}},
		"in order, by choice":     {ordered, true, []string{"shop/db-2 StatefulSet/db Behind"}},
		"all at once":             {func(s *appsv1.StatefulSet) { s.Spec.PodManagementPolicy = appsv1.ParallelPodManagement }, false, []string{"shop/db-1 StatefulSet/db Terminating"}},
		"all at once, and chosen": {func(s *appsv1.StatefulSet) { s.Spec.PodManagementPolicy = appsv1.ParallelPodManagement }, true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := StatefulSet("db", 5, tc.policy)
			world := All(Fleet(), s, Queue(), HeldBy("data-db-1", "n1-a", "n1"), HeldBy("data-db-2", "n1-b", "n1"), MemberPod(s, 1, "n1"), MemberPod(s, 2, "n1"))
			for i, n := range map[int]string{0: "n0", 3: "n2", 4: "n3"} {
				pod := MemberPod(s, i, n)
				world = All(world, pod, HeldBy("data-"+pod.Name, n+"-"+pod.Name, n))
			}
			if !tc.except {
				world = With(world, Volume("n1-a", On("n1"), Has("data-db-1", "data-db-1-uid"), dying))
			}
			plan := recoverPlan(t, func(r *drain.RecoverRequest) {
				if tc.except {
					r.Except = []drain.Choice{{Kind: drain.KindPod, Name: "db-1"}}
				}
			}, world...)
			if diff := cmp.Diff(tc.want, outOf(plan)); diff != "" {
				t.Errorf("left out (-want +got):\n%s\n%s", diff, told(plan))
			}
		})
	}
}

// TestBehindAMemberThatCannotMove: so it is behind one that cannot move since nothing says where its data is, or another Pod uses it.
func TestBehindAMemberThatCannotMove(t *testing.T) {
	s := StatefulSet("db", 5, ordered)
	world := All(Fleet(), s, Queue(), HeldBy("data-db-1", "n1-a", "n1"), HeldBy("data-db-2", "n1-b", "n1"), MemberPod(s, 1, "n1"), MemberPod(s, 2, "n1"))
	for i, n := range map[int]string{0: "n0", 3: "n2", 4: "n3"} {
		pod := MemberPod(s, i, n)
		world = All(world, pod, HeldBy("data-"+pod.Name, n+"-"+pod.Name, n))
	}
	for name, world := range map[string][]any{
		"two homes":    With(world, Volume("n1-a", Within(Term(In(corev1.LabelHostname, "n1", "n3"))), Has("data-db-1", "data-db-1-uid"))),
		"used besides": All(world, Consumer("guest", "n2", "data-db-1")),
	} {
		t.Run(name, func(t *testing.T) {
			plan := recoverPlan(t, nil, world...)
			if diff := cmp.Diff([]string{"shop/db-1 StatefulSet/db Shared", "shop/db-2 StatefulSet/db Behind"}, outOf(plan)); diff != "" {
				t.Errorf("left out (-want +got):\n%s\n%s", diff, told(plan))
			}
		})
	}
}

// TestChoices says who is worked on, by namespace and by owner, and that a name that nothing has is none.
func TestChoices(t *testing.T) {
	choose := func(texts ...string) []drain.Choice {
		var out []drain.Choice
		for _, text := range texts {
			c, ok := drain.ParseChoice(text)
			if !ok {
				t.Fatalf("%q is no choice", text)
			}
			out = append(out, c)
		}
		return out
	}
	fleet := All(Fleet(), Db(), Queue())
	for name, tc := range map[string]struct {
		only, except []drain.Choice
		moved        string
	}{
		"all":                    {nil, nil, "shop/db-1 shop/queue-1"},
		"a namespace":            {choose("shop"), nil, "shop/db-1 shop/queue-1"},
		"not a namespace":        {nil, choose("shop"), ""},
		"an owner":               {choose("shop/StatefulSet/db"), nil, "shop/db-1"},
		"an owner, in any place": {choose("sts/db"), nil, "shop/db-1"},
		"not an owner":           {nil, choose("statefulsets/db"), "shop/queue-1"},
		"one of a choice":        {choose("shop"), choose("shop/StatefulSet/queue"), "shop/db-1"},
		"two":                    {choose("sts/db", "sts/queue"), nil, "shop/db-1 shop/queue-1"},
	} {
		t.Run(name, func(t *testing.T) {
			plan := recoverPlan(t, func(r *drain.RecoverRequest) { r.Only, r.Except = tc.only, tc.except }, fleet...)
			if got := strings.Join(plan.Members(), " "); got != tc.moved || len(plan.Blockers) > 0 {
				t.Errorf("moved %q, want %q: %s", got, tc.moved, told(plan))
			}
			plan = drainPlan(t, ToMove(func(r *drain.DrainRequest) { r.Only, r.Except = tc.only, tc.except }), All(Crew(), Db(), Queue())...)
			if got := strings.Join(plan.Members(), " "); got != tc.moved || len(plan.Blockers) > 0 {
				t.Errorf("drained %q, want %q: %s", got, tc.moved, told(plan))
			}
		})
	}
	s := Snapshot(t, fleet...)
	_, err := PlanRecover(t.Context(), inspect.NewIndex(s), Scheduler, drain.RecoverRequest{Nodes: []string{"n1"}, Except: choose("shop/StatefulSet/queu")})
	if err == nil || !strings.Contains(err.Error(), "ChoiceMatchesNothing(flag=--except, known=shop/StatefulSet/db,shop/StatefulSet/queue, value=shop/StatefulSet/queu)") {
		t.Errorf("a name that nothing has: %v", err)
	}
	_, err = PlanDrain(t.Context(), inspect.NewIndex(Snapshot(t, All(Crew(), Db())...)), Scheduler, ToMove(func(r *drain.DrainRequest) { r.Only = choose("nobody") }))
	if err == nil || !strings.Contains(err.Error(), "known=shop/StatefulSet/db") {
		t.Errorf("a namespace that nothing has: %v", err)
	}
}

// TestLossesBlockUnlessLeftOut: the last copy of one owner blocks the others, and says how to leave it out.
func TestLossesBlockUnlessLeftOut(t *testing.T) {
	alone := All(Fleet(), Db(), ReplicaSet("web-1", 1, "web"), HeldBy("files", "n1-files", "n1"), Consumer("web-1-a", "n1", "files", ControlledBy("ReplicaSet", "web-1")), Free("n2-more"))
	plan := recoverPlan(t, nil, alone...)
	if plan.Verdict != drain.Blocked || len(plan.Blockers) != 1 || plan.Blockers[0].Except != "shop/Deployment/web" {
		t.Fatalf("%s %+v", plan.Verdict, plan.Blockers)
	}
	c, _ := drain.ParseChoice(plan.Blockers[0].Except)
	plan = recoverPlan(t, func(r *drain.RecoverRequest) { r.Except = []drain.Choice{c} }, alone...)
	if plan.Verdict != drain.Ready || strings.Join(plan.Members(), " ") != "shop/db-1" || len(plan.LeftOut) > 0 {
		t.Errorf("%s: %s", plan.Verdict, told(plan))
	}
}

// TestForgetNothingOfOthers: with --forget-volumes the volumes of members that stay are not forgotten, and it is said what a provisioner
// does that comes back.
func TestForgetNothingOfOthers(t *testing.T) {
	world := With(All(Fleet(), Db(), Queue(Large)), Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Provisioned("local-volume-provisioner-n1")))
	plan := recoverPlan(t, func(r *drain.RecoverRequest) { r.ForgetVolumes = true }, world...)
	text := told(plan)
	if plan.Verdict != drain.Ready || strings.Contains(text, "delete the volume object n1-queue") || !strings.Contains(text, "delete the volume object n1-data") {
		t.Errorf("%s: %s", plan.Verdict, text)
	}
	if want := "a provisioner that comes back with the node recreates n1-data, Available to any claim and with the old data"; !strings.Contains(text, want) {
		t.Errorf("want %q: %s", want, text)
	}
}

// TestClockBehind: that the cluster is ahead of this machine's clock makes no nonsense of how long a node has been unreachable.
func TestClockBehind(t *testing.T) {
	ahead := With(All(Fleet(), Db()), Node("n1", Condition(corev1.ConditionUnknown, -10*time.Minute)))
	plan := recoverPlan(t, nil, ahead...)
	text := told(plan)
	if plan.Verdict != drain.Blocked || strings.Contains(text, "<invalid>") || !strings.Contains(text, "comes only in 10m by the clock of this machine") {
		t.Errorf("%s: %s", plan.Verdict, text)
	}
	if plan = recoverPlan(t, func(r *drain.RecoverRequest) { r.UnreachableFor = 0 }, ahead...); plan.Verdict != drain.Ready {
		t.Errorf("%s: %s", plan.Verdict, told(plan))
	}
	if text = told(drainPlan(t, ToKeep(), ahead...)); strings.Contains(text, "<invalid>") {
		t.Error(text)
	}
}
