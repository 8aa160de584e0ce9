package planner

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// recoverCase is a Plan to review in testdata/recover.
type recoverCase struct {
	name  string
	world []any
	// ask changes the request, which is to recover n1, fenced, with leases that did not move for 21 seconds.
	ask     func(*drain.RecoverRequest)
	verdict drain.Verdict
	codes   []drain.BlockerCode
	// moves are where claims go: "data-db-1 > n3-free (n3)".
	moves []string
	// steps are actions and what they are about: "delete-claim data-db-1".
	steps []string
}

// once is what is done to a member of a set with one claim.
func once(claim, from, pod, to string) []string {
	return []string{"retain-volume " + from, "force-delete-pod " + pod, "await-unused " + pod, "reserve-volume " + to, "delete-claim " + claim, "await-released " + from, "await-ready " + pod}
}

func recoverCases() []recoverCase {
	return slices.Concat(evidenceCases(), setCases(), ownerCases(), resumedCases(), placeCases(), replacedNodeCases(), recoverDiskCases(), recoverDataCases(),
		recoverProvisionerCases(), recoverInVainCases())
}

func evidenceCases() []recoverCase {
	ready := once("data-db-1", "n1-data", "db-1", "n3-free")
	one := All(Fleet(), Db())
	return []recoverCase{
		{name: "one member", world: one, verdict: drain.Ready, moves: []string{"data-db-1 > n3-free (n3)"}, steps: append([]string{"cordon-node n1"}, ready...)},
		{name: "tainted out of service", world: With(one, Node("n1", Unreachable, OutOfService, Cordoned)), ask: func(r *drain.RecoverRequest) { r.Fenced = false },
			verdict: drain.Ready, moves: []string{"data-db-1 > n3-free (n3)"}, steps: ready},
		{name: "not fenced", world: one, ask: func(r *drain.RecoverRequest) { r.Fenced = false }, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedUnfenced},
			moves: []string{"data-db-1 > n3-free (n3)"}, steps: append([]string{"cordon-node n1"}, ready...)},
		{name: "unreachable for a short while", world: With(one, Node("n1", Condition(corev1.ConditionUnknown, time.Minute))), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedTooSoon}},
		{name: "never said anything", world: With(one, Node("n1", func(n *corev1.Node) { n.Status.Conditions = nil }, BornAgo(time.Minute))), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedTooSoon}},
		{name: "ready", world: With(one, Node("n1")), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedAlive}},
		{name: "ready, checked at once", world: With(one, Node("n1"), renewedLease("n1", 3*time.Second)), ask: checkedAtOnce, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedAlive}},
		{name: "ready, checked at once, and nothing known of its lease", world: With(one, Node("n1")), ask: checkedAtOnce, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedAlive}},
		{name: "ready, leases unreadable", world: All(With(one, Node("n1")), inspect.Gap{Kind: inspect.Leases, Reason: "forbidden: list leases"}), ask: checkedAtOnce, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedAlive}},
		{name: "ready though out of service", world: With(one, Node("n1", OutOfService)), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedAlive}},
		{name: "not ready", world: With(one, Node("n1", Condition(corev1.ConditionFalse, time.Hour))), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedAlive}},
		{name: "lease moves", world: one, ask: func(r *drain.RecoverRequest) { r.Earlier.Leases = []*coordinationv1.Lease{Lease("n1", "6")} }, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedAlive}},
		{name: "lease deleted in between", world: Without(one, "Lease kube-node-lease/n1"), ask: func(r *drain.RecoverRequest) { r.Earlier.Leases = []*coordinationv1.Lease{Lease("n1", "6")} },
			verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedUnknown}},
		{name: "no lease at all", world: Without(one, "Lease kube-node-lease/n1"), ask: func(r *drain.RecoverRequest) { r.Earlier.Leases = nil }, verdict: drain.Ready},
		{name: "checked once", world: one, ask: func(r *drain.RecoverRequest) { r.Earlier = nil }, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedUnknown}},
		{name: "two checks too close", world: one, ask: func(r *drain.RecoverRequest) { r.Earlier.At = Now().Add(-19 * time.Second) }, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedUnknown}},
		{name: "leases unreadable", world: All(one, inspect.Gap{Kind: inspect.Leases, Reason: "forbidden: list leases"}), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedUnknown}},
		{name: "nodes unreadable", world: All(one, inspect.Gap{Kind: inspect.Nodes, Reason: "forbidden: list nodes"}), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedUnknown}},
		{name: "owners unreadable", world: All(one, inspect.Gap{Kind: inspect.StatefulSets, Reason: "forbidden: list statefulsets"}), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedUnknown}},
		{name: "places judged without much", world: All(one, unread(inspect.CSINodes, "not in the files"), unread(inspect.CSIDrivers, "not in the files"),
			unread(inspect.CSIStorageCapacities, "forbidden: list csistoragecapacities"), unread(inspect.Jobs, "not in the files")), verdict: drain.Ready},
		{name: "node object gone", world: Without(one, "Node n1"), ask: func(r *drain.RecoverRequest) { r.Fenced = false }, verdict: drain.Ready, moves: []string{"data-db-1 > n3-free (n3)"}, steps: ready},
		{name: "outage", world: With(one, Node("n2", Unreachable), Node("n3", Unreachable)), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedOutage, drain.BlockedQuorum}},
		{name: "outage overridden", world: With(one, Node("n0"), Node("n2", Unreachable), Node("n3", Unreachable)), ask: func(r *drain.RecoverRequest) { r.DuringOutage = true; r.AcceptDataLoss = claims("data-db-1") },
			verdict: drain.Ready, moves: []string{"data-db-1 > n0-free (n0)"}},
		{name: "nothing there", world: Fleet(), verdict: drain.NothingToDo},
		{name: "alive and half done", world: With(Without(one, "Pod shop/db-1", "PersistentVolumeClaim shop/data-db-1"), Node("n1"),
			Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Phase(Released), RecoveredFrom("n1"), SavedFrom(Claim("data-db-1", BoundTo("n1-data"))))),
			verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedAlive}},
		{name: "alive and two half done", world: With(Without(one, "Pod shop/db-1", "PersistentVolumeClaim shop/data-db-1"), Node("n1"),
			Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Phase(Released), RecoveredFrom("n1"), SavedFrom(Claim("data-db-1", BoundTo("n1-data")))),
			Volume("n1-more", On("n1"), Has("more", "more-uid"), Phase(Released), RecoveredFrom("n1"), SavedFrom(Claim("more", BoundTo("n1-more"))))),
			verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedAlive}},
	}
}

func unread(kind inspect.Kind, why string) inspect.Gap { return inspect.Gap{Kind: kind, Reason: why} }

// checkedAtOnce takes no time between the two samples of the leases.
func checkedAtOnce(r *drain.RecoverRequest) { r.Earlier.At = Now() }

func renewedLease(node string, ago time.Duration) *coordinationv1.Lease {
	l := Lease(node, node+"-lease-7")
	l.Spec.RenewTime = &metav1.MicroTime{Time: Now().Add(-ago)}
	return l
}

func claims(names ...string) []types.NamespacedName {
	var out []types.NamespacedName
	for _, n := range names {
		out = append(out, types.NamespacedName{Namespace: Ns, Name: n})
	}
	return out
}

func (tc recoverCase) request(s *inspect.Snapshot) drain.RecoverRequest {
	r := drain.RecoverRequest{Nodes: []string{"n1"}, UnreachableFor: 5 * time.Minute, Fenced: true, Concurrency: 4,
		Earlier: &liveness.LeaseSample{At: Now().Add(-21 * time.Second), Leases: s.Leases}}
	if tc.ask != nil {
		tc.ask(&r)
	}
	return r
}

func TestRecoverPlans(t *testing.T) {
	for _, tc := range recoverCases() {
		t.Run(tc.name, func(t *testing.T) {
			s := Snapshot(t, tc.world...)
			plan, err := PlanRecover(t.Context(), inspect.NewIndex(s), Scheduler, tc.request(s))
			if err != nil {
				t.Fatal(err)
			}
			if plan.Verdict != tc.verdict {
				t.Errorf("verdict %s, want %s", plan.Verdict, tc.verdict)
			}
			if diff := cmp.Diff(tc.codes, codesOf(plan)); diff != "" {
				t.Errorf("blockers (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.moves, movesOf(plan)); tc.moves != nil && diff != "" {
				t.Errorf("moves (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.steps, stepsOf(plan)); tc.steps != nil && diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
			checkReadBack(t, plan)
			golden(t, "recover-"+strings.NewReplacer(" ", "-", ",", "", "'", "").Replace(tc.name)+".txt", proseOf(plan))
		})
	}
}

// TestRecoverPlansDoNotDependOnOrder shuffles what was read.
func TestRecoverPlansDoNotDependOnOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for _, tc := range recoverCases() {
		t.Run(tc.name, func(t *testing.T) {
			var want string
			for i := range 3 {
				world := slices.Clone(tc.world)
				if i > 0 {
					random.Shuffle(len(world), func(i, j int) { world[i], world[j] = world[j], world[i] })
				}
				s := Snapshot(t, world...)
				plan, err := PlanRecover(t.Context(), inspect.NewIndex(s), Scheduler, tc.request(s))
				if err != nil {
					t.Fatal(err)
				}
				got := textOf(t, plan)
				if i == 0 {
					want = got
				} else if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("another order gives another Plan:\n%s", diff)
				}
			}
		})
	}
}

// TestRecoverStages: the cordons first, then the owners side by side, then the volume objects.
func TestRecoverStages(t *testing.T) {
	s := Snapshot(t, All(Fleet(), Db(), HeldBy("files", "n1-files", "n1"), ReplicaSet("web-1", 1, "web"), Consumer("web-1-a", "n1", "files", ControlledBy("ReplicaSet", "web-1"))))
	r := recoverCase{}.request(s)
	r.ForgetVolumes, r.AcceptDataLoss = true, claims("files")
	plan, err := PlanRecover(t.Context(), inspect.NewIndex(s), Scheduler, r)
	if err != nil {
		t.Fatal(err)
	}
	want := []drain.Stage{
		{Targets: []int{0}, Parallel: 1, OnFailure: drain.StopStage},
		{Targets: []int{1, 2}, Parallel: 4, OnFailure: drain.FinishTargets},
		{Targets: []int{3, 4}, Parallel: 1, OnFailure: drain.StopStage},
	}
	if diff := cmp.Diff(want, plan.Stages); diff != "" {
		t.Errorf("stages (-want +got):\n%s", diff)
	}
	var kinds []string
	for _, o := range plan.Targets {
		kinds = append(kinds, o.Kind)
	}
	if diff := cmp.Diff([]string{drain.KindNode, "Deployment", "StatefulSet", drain.KindVolume, drain.KindVolume}, kinds); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
}

func movesOf(p *drain.Plan) []string {
	var out []string
	for _, m := range p.Moves {
		out = append(out, strings.TrimPrefix(m.Claim, Ns+"/")+" > "+after(m))
	}
	return out
}

func stepsOf(p *drain.Plan) []string {
	var out []string
	for _, s := range p.Steps {
		out = append(out, string(s.Action)+" "+s.Object.Name)
	}
	return out
}

// ofOwner is a member with its owner, if it has one.
func ofOwner(m drain.Move) string {
	if m.Owner == "" {
		return m.Member
	}
	return m.Member + " of " + m.Owner
}

// proseOf is a Plan as a reviewer reads it.
func proseOf(p *drain.Plan) string {
	var b strings.Builder
	section := func(name string, lines ...string) {
		if len(lines) > 0 {
			fmt.Fprintf(&b, "%s\n  %s\n", name, strings.Join(lines, "\n  "))
		}
	}
	words := phrase.New(phrase.Connection{})
	var evidence, blockers, moves, steps, next []string
	for _, e := range p.Evidence {
		evidence = append(evidence, fmt.Sprintf("%s (%s)", seenOf(e), e.State))
	}
	for _, x := range p.Blockers {
		blockers = append(blockers, fmt.Sprintf("%s: %s [%s]", x.Code, english(x.Reason), x.Override))
	}
	for _, m := range p.Moves {
		moves = append(moves, fmt.Sprintf("%s: %s from %s to %s%s", ofOwner(m), m.Claim, before(m), after(m), peersOf(m)))
	}
	for _, s := range p.Steps {
		mark := " "
		if s.Destructive {
			mark = "!"
		}
		steps = append(steps, fmt.Sprintf("%s %s; %s", mark, english(s.Title), english(s.Why)))
	}
	for _, n := range p.Next {
		next = append(next, nextOf(n))
	}
	section("verdict", string(p.Verdict))
	section("evidence", evidence...)
	section("blockers", blockers...)
	section("left out", leftOutOf(p)...)
	section("moves", moves...)
	section("steps", steps...)
	section("warnings", words.Texts(p.Warnings)...)
	section("losses", words.Texts(p.Losses)...)
	section("outcome", words.Texts(p.Outcome)...)
	section("done", words.Texts(p.Done)...)
	section("next", next...)
	return b.String()
}
