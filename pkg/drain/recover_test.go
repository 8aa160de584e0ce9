package drain

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
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// recoverCase is a Plan to review in testdata/recover.
type recoverCase struct {
	name  string
	world []any
	// ask changes the request, which is to recover n1, fenced, with leases that did not move for 21 seconds.
	ask     func(*RecoverRequest)
	verdict Verdict
	codes   []BlockerCode
	// moves are where claims go: "data-db-1 > n3-free (n3)".
	moves []string
	// steps are actions and what they are about: "delete-claim data-db-1".
	steps []string
}

// once is what is done to a member of a set with one claim.
func once(claim, from, pod, to string) []string {
	return []string{"keep-volume " + from, "force-delete-pod " + pod, "await-unused " + pod, "reserve-volume " + to, "delete-claim " + claim, "await-released " + from, "await-ready " + pod}
}

func recoverCases() []recoverCase {
	return slices.Concat(evidenceCases(), setCases(), ownerCases(), resumedCases(), placeCases(), namesakeCases())
}

func evidenceCases() []recoverCase {
	ready := once("data-db-1", "n1-data", "db-1", "n3-free")
	one := all(fleet(), db())
	return []recoverCase{
		{name: "one member", world: one, verdict: Ready, moves: []string{"data-db-1 > n3-free (n3)"}, steps: append([]string{"cordon-node n1"}, ready...)},
		{name: "tainted out of service", world: with(one, machine("n1", dead, outOfServiceTaint, cordoned)), ask: func(r *RecoverRequest) { r.Fenced = false },
			verdict: Ready, moves: []string{"data-db-1 > n3-free (n3)"}, steps: ready},
		{name: "not fenced", world: one, ask: func(r *RecoverRequest) { r.Fenced = false }, verdict: Blocked, codes: []BlockerCode{BlockedUnfenced},
			moves: []string{"data-db-1 > n3-free (n3)"}, steps: append([]string{"cordon-node n1"}, ready...)},
		{name: "silent for a short while", world: with(one, machine("n1", condition(corev1.ConditionUnknown, time.Minute))), verdict: Blocked, codes: []BlockerCode{BlockedTooSoon}},
		{name: "never said anything", world: with(one, machine("n1", func(n *corev1.Node) { n.Status.Conditions = nil }, bornAgo(time.Minute))), verdict: Blocked, codes: []BlockerCode{BlockedTooSoon}},
		{name: "ready", world: with(one, machine("n1")), verdict: Blocked, codes: []BlockerCode{BlockedAlive}},
		{name: "not ready", world: with(one, machine("n1", condition(corev1.ConditionFalse, time.Hour))), verdict: Blocked, codes: []BlockerCode{BlockedAlive}},
		{name: "lease moves", world: one, ask: func(r *RecoverRequest) { r.Earlier.Leases = []*coordinationv1.Lease{lease("n1", "6")} }, verdict: Blocked, codes: []BlockerCode{BlockedAlive}},
		{name: "lease deleted in between", world: without(one, "Lease kube-node-lease/n1"), ask: func(r *RecoverRequest) { r.Earlier.Leases = []*coordinationv1.Lease{lease("n1", "6")} },
			verdict: Blocked, codes: []BlockerCode{BlockedUnknown}},
		{name: "no lease at all", world: without(one, "Lease kube-node-lease/n1"), ask: func(r *RecoverRequest) { r.Earlier.Leases = nil }, verdict: Ready},
		{name: "one look", world: one, ask: func(r *RecoverRequest) { r.Earlier = nil }, verdict: Blocked, codes: []BlockerCode{BlockedUnknown}},
		{name: "two looks too close", world: one, ask: func(r *RecoverRequest) { r.Earlier.At = now().Add(-19 * time.Second) }, verdict: Blocked, codes: []BlockerCode{BlockedUnknown}},
		{name: "leases unreadable", world: all(one, inspect.Gap{Kind: inspect.Leases, Reason: "forbidden: list leases"}), verdict: Blocked, codes: []BlockerCode{BlockedUnknown}},
		{name: "nodes unreadable", world: all(one, inspect.Gap{Kind: inspect.Nodes, Reason: "forbidden: list nodes"}), verdict: Blocked, codes: []BlockerCode{BlockedUnknown}},
		{name: "owners unreadable", world: all(one, inspect.Gap{Kind: inspect.StatefulSets, Reason: "forbidden: list statefulsets"}), verdict: Blocked, codes: []BlockerCode{BlockedUnknown}},
		{name: "node object gone", world: without(one, "Node n1"), ask: func(r *RecoverRequest) { r.Fenced = false }, verdict: Ready, moves: []string{"data-db-1 > n3-free (n3)"}, steps: ready},
		{name: "outage", world: with(one, machine("n2", dead), machine("n3", dead)), verdict: Blocked, codes: []BlockerCode{BlockedOutage, BlockedQuorum}},
		{name: "outage overridden", world: with(one, machine("n0"), machine("n2", dead), machine("n3", dead)), ask: func(r *RecoverRequest) { r.DuringOutage = true; r.AcceptDataLoss = claims("data-db-1") },
			verdict: Ready, moves: []string{"data-db-1 > n0-free (n0)"}},
		{name: "nothing there", world: fleet(), verdict: NothingToDo},
		{name: "alive and half done", world: with(without(one, "Pod shop/db-1", "PersistentVolumeClaim shop/data-db-1"), machine("n1"),
			volume("n1-data", on("n1"), has("data-db-1", "data-db-1-uid"), phase(released), recoveredFrom("n1"), savedFrom(claim("data-db-1", boundTo("n1-data"))))),
			verdict: Blocked, codes: []BlockerCode{BlockedAlive}},
	}
}

func recoveredFrom(n string) func(*corev1.PersistentVolume) { return annotated(AnnRecoveredFrom, n) }

func claims(names ...string) []types.NamespacedName {
	var out []types.NamespacedName
	for _, n := range names {
		out = append(out, types.NamespacedName{Namespace: ns, Name: n})
	}
	return out
}

func (tc recoverCase) request(s *inspect.Snapshot) RecoverRequest {
	r := RecoverRequest{Nodes: []string{"n1"}, UnreachableFor: 5 * time.Minute, Fenced: true, Concurrency: 4,
		Earlier: &LeaseSample{At: now().Add(-21 * time.Second), Leases: s.Leases}}
	if tc.ask != nil {
		tc.ask(&r)
	}
	return r
}

func TestRecoverPlans(t *testing.T) {
	for _, tc := range recoverCases() {
		t.Run(tc.name, func(t *testing.T) {
			s := clusterOf(t, tc.world...)
			plan, err := PlanRecover(t.Context(), inspect.NewIndex(s), scheduler, tc.request(s))
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
				s := clusterOf(t, world...)
				plan, err := PlanRecover(t.Context(), inspect.NewIndex(s), scheduler, tc.request(s))
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

func movesOf(p *Plan) []string {
	var out []string
	for _, m := range p.Moves {
		out = append(out, strings.TrimPrefix(m.Claim, ns+"/")+" > "+m.After())
	}
	return out
}

func stepsOf(p *Plan) []string {
	var out []string
	for _, s := range p.Steps {
		out = append(out, string(s.Action)+" "+s.Object.Name)
	}
	return out
}

// proseOf is a Plan as a reviewer reads it.
func proseOf(p *Plan) string {
	var b strings.Builder
	section := func(name string, lines ...string) {
		if len(lines) > 0 {
			fmt.Fprintf(&b, "%s\n  %s\n", name, strings.Join(lines, "\n  "))
		}
	}
	var evidence, blockers, moves, steps []string
	for _, e := range p.Evidence {
		evidence = append(evidence, fmt.Sprintf("%s (%s)", e.Line(), e.State))
	}
	for _, x := range p.Blockers {
		blockers = append(blockers, fmt.Sprintf("%s: %s [%s]", x.Code, x.Message, x.Override))
	}
	for _, m := range p.Moves {
		moves = append(moves, fmt.Sprintf("%s of %s: %s from %s to %s; peers %s", m.Member, m.Owner, m.Claim, m.Before(), m.After(), m.Peers))
	}
	for _, s := range p.Steps {
		mark := " "
		if s.Destructive {
			mark = "!"
		}
		steps = append(steps, fmt.Sprintf("%s %s; %s", mark, s.Title, s.Why))
	}
	section("verdict", string(p.Verdict))
	section("evidence", evidence...)
	section("blockers", blockers...)
	section("moves", moves...)
	section("steps", steps...)
	section("warnings", p.Warnings...)
	section("losses", p.Losses...)
	section("done", p.Done...)
	section("next", p.Next...)
	return b.String()
}
