package changes

import (
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

func counted(ready, wanted int) *drain.Peers {
	return &drain.Peers{Kind: drain.CountedPeers, Ready: ready, Wanted: wanted}
}

func moving(member string, peers *drain.Peers) drain.Move {
	return drain.Move{Member: member, From: "old", FromNode: "node-1", To: "new", ToNode: "node-2", Peers: peers}
}

// leaving is a Plan with all that one can have.
func leaving() *drain.Plan {
	p := drain.New("recover")
	p.Evidence = []liveness.Evidence{{Node: "node-1", Seen: []fact.Fact{fact.New("SeenUnreachable", "for", "14m"), fact.New("SeenFenced")}}}
	p.Moves = []drain.Move{
		moving("shop/db-0", counted(2, 3)), moving("shop/db-1", counted(1, 3)), moving("shop/web-x", &drain.Peers{Kind: drain.SharedClaim}),
		{Member: "shop/once", From: "v-3", FromNode: "node-1", ToNode: "node-2", Peers: &drain.Peers{Kind: drain.NoPeers}},
		{Member: "shop/late", Owner: "StatefulSet/late", From: "v-4", FromNode: "node-1"},
	}
	p.Steps = []drain.Step{
		{Action: drain.CordonNode, Title: fact.New("StepCordon", "node", "node-1"), Why: fact.New("WhyCordonUnreachable"), Parameters: &drain.NoParameters{}},
		{
			Action: drain.DeleteClaim, Destructive: true, Title: fact.New("StepDeleteClaim", "claim", "shop/data-db-0"), Why: fact.New("WhyDeleteClaimOfKept", "volume", "old"),
			Parameters: &drain.DeleteClaimParameters{},
		},
	}
	p.Warnings = []fact.Fact{fact.New("ClaimWithoutPod", "claim", "shop/rest", "volume", "v-9").Offering(fact.Plugin("release", "pvc/rest").In("shop"))}
	p.Outcome = drain.Outcome(p)
	return p
}

// lost is a Plan of which each kind of last words is shown in its color.
func lost() *drain.Plan {
	p := drain.New("reclaim")
	p.Losses = []fact.Fact{
		fact.New("EmptyDirDeleted", "pod", "shop/web"),
		fact.New("GivenUpKept", "what", fact.New("GivenUpCopy", "claim", "shop/data"), "volume", fact.New("VolumeAtHome", "volume", "v-0", "node", "node-1")),
	}
	p.Outcome = []fact.Fact{
		fact.New("ProvisionerErasesAnyway", "volumes", []string{"v-1", "v-2"}), fact.New("VolumesOpenToAny", "volumes", []string{"v-3"}),
		fact.New("ClaimGetsData", "claim", "shop/data", "volume", "v-4"),
	}
	return p
}

// TestPlanGolden is a Plan with all that one can have, on paper and in colors.
func TestPlanGolden(t *testing.T) {
	plan := leaving()
	blocked := *plan
	blocked.Outcome = nil
	blocked.Blockers = []drain.Blocker{
		{
			Code: drain.BlockedUnfenced, Override: "--fenced", Reason: fact.New("NodeNotFenced", "node", "node-1", "override", "--fenced").
				Offering(fact.Kubectl("taint", "node", "node-1", "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute")),
		},
		{Code: drain.BlockedNowhere, Override: "--allow-pending", Reason: fact.New("MemberFitsNowhere", "member", "shop/late", "why", fact.New("FitsNoReadyNode"))},
		{Code: drain.BlockedCleaner, Reason: fact.New("NodeCleanupRuns", "pod", "ops/cleaner", "image", "local-volume-node-cleanup", "volume", "old")},
	}
	alive := blocked
	alive.Blockers = []drain.Blocker{{Code: drain.BlockedAlive, Reason: fact.New("NodeAlive", "node", "node-1", "condition", "Ready", "lease", fact.New("SeenLeaseAge", "ago", "3s")).
		Offering(fact.Plugin("drain", "node-1").With("--move-claims"))}}
	half := drain.New("recover")
	half.Evidence = plan.Evidence
	half.Blockers = []drain.Blocker{{Code: drain.BlockedAlive, Reason: fact.New("NodeAliveHalfRecovered", "node", "node-1", "condition", "Unknown",
		"lease", fact.New("SeenLeaseRenewed", "over", "21s"), "claims", []string{"shop/data-db-0", "shop/data-db-1"})}}
	for _, n := range []string{"0", "1"} {
		half.Next = append(half.Next, drain.NextIs(fact.New("ClaimHalfRecovered", "claim", "shop/data-db-"+n, "volume", "old-"+n).
			Offering(fact.Plugin("reattach", "old-"+n).With("--replace"))))
	}
	done := drain.New("reclaim")
	done.Done = []fact.Fact{fact.New("VolumeAvailableAlready", "volume", "v-0", "claim", "")}
	for name, v := range map[string]Plan{
		"plan-ready": {Plan: plan}, "plan-blocked": {Plan: &blocked}, "plan-alive": {Plan: &alive}, "plan-done": {Plan: done}, "plan-half": {Plan: half},
		"plan-without-steps": {Plan: plan, WithoutSteps: true}, "plan-lost": {Plan: lost()},
	} {
		v.Phrase = say()
		for view, s := range map[string]output.Streams{"80-color": {IsTerminal: true, Width: 80, Color: true}, "pipe": {}} {
			var b strings.Builder
			s.Out = &b
			if err := v.Write(s); err != nil {
				t.Fatal(err)
			}
			golden(t, name+"."+view, b.String())
		}
	}
}

// TestLeftOutIsSaid: those that are left out are named in the Plan and in the Result, with why, and what a run has left behind with what
// takes it back.
func TestLeftOutIsSaid(t *testing.T) {
	plan := leaving()
	plan.LeftOut = []drain.LeftOut{
		{Member: "shop/queue-1", Owner: "StatefulSet/queue", Code: drain.BlockedShared, Reason: fact.New("ClaimSharedWithPod", "claim", "shop/q", "pod", "shop/guest", "node", "node-2")},
		{Member: "shop/late-0", Code: drain.BlockedNowhere, Reason: fact.New("MemberFitsNowhere", "member", "shop/late-0", "why", fact.New("FitsNoReadyNode")), Override: "--allow-pending"},
	}
	r := drain.NewResult(plan, drain.StatusIncomplete, drain.TellLeftOut(plan.LeftOut))
	r.Left = []drain.Next{drain.NextIs(fact.New("NodeLeftCordoned", "node", "node-1").Offering(fact.Kubectl("uncordon", "node-1")))}
	var shown, ended strings.Builder
	if err := (Plan{Plan: plan, Phrase: say(), Cluster: "far (https://far.test)"}).Write(output.Streams{Out: &shown}); err != nil {
		t.Fatal(err)
	}
	if err := (Result{Plan: plan, Result: r, Phrase: say()}).Write(output.Streams{Out: &ended}); err != nil {
		t.Fatal(err)
	}
	golden(t, "left-out.txt", shown.String()+"\n---\n\n"+ended.String())
}

// TestBlockersSayWhomToLeaveOut: where one owner blocks all others, with the flag that leaves it out.
func TestBlockersSayWhomToLeaveOut(t *testing.T) {
	b := drain.Blocker{Reason: fact.New("VolumePhaseWrong", "volume", "v", "phase", "Bound"), Override: "--accept-data-loss shop/c", Except: "shop/Deployment/web"}
	want := "volume v is Bound, not Released or Failed (or add --accept-data-loss shop/c, or leave it out: --except shop/Deployment/web)"
	if got := blockerText(say(), b); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
