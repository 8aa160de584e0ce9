package planner

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// keptUnder is a volume that is reserved for a claim, with the data of claim ledger.
func keptUnder(claim string) *corev1.PersistentVolume {
	return Volume("v", ReservedFor(claim), Phase(corev1.VolumeAvailable), VolumeAnnotation("localpv.dev/data-of", `{"namespace":"shop","name":"ledger","uid":"earlier-uid"}`))
}

// TestOwnDataUnderReservation: a claim whose data is on a volume that is reserved for another, which has another volume, gets it back.
func TestOwnDataUnderReservation(t *testing.T) {
	served := []any{Node("node-0"), keptUnder("c"), Claim("c", BoundTo("w")), Volume("w", Has("c", "c-uid")), Claim("ledger"), Claim("stranger")}
	for name, r := range map[string]request{
		"reclaim":             reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}),
		"reattach":            reattaching(drain.ReattachRequest{Volume: "v"}),
		"reattach to its own": reattaching(drain.ReattachRequest{Volume: "v", Claim: Key("ledger")}),
	} {
		plan := planOf(t, r, Snapshot(t, served...))
		at := slices.IndexFunc(plan.Steps, func(s drain.Step) bool { return s.Action == drain.ReserveVolume })
		if plan.Verdict != drain.Ready || at < 0 || slices.Contains(actionsOf(plan), drain.OpenVolume) {
			t.Errorf("%s: %s, actions %v, blockers %v", name, plan.Verdict, actionsOf(plan), plan.Blockers)
			continue
		}
		free, _ := plan.Steps[at].Parameters.(*drain.FreeParameters)
		if free.For.String() != "shop/ledger" || free.Claim.Name != "c" || !free.Elsewhere {
			t.Errorf("%s: for %s, of %s, while that has another: %v", name, free.For, free.Claim, free.Elsewhere)
		}
	}
	plan := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}), Snapshot(t, served[:4]...))
	if !slices.Equal(actionsOf(plan), []drain.Action{drain.OpenVolume, drain.AwaitAvailable}) {
		t.Errorf("nobody needs the data: %v", actionsOf(plan))
	}
}

// TestOwnDataUnderReservationThatIsNeeded: a reservation for a claim that waits is taken back first, and every way out leads there.
func TestOwnDataUnderReservationThatIsNeeded(t *testing.T) {
	world := []any{Node("node-0"), keptUnder("c"), Claim("c"), Claim("ledger")}
	for name, r := range map[string]drain.ReattachRequest{"": {Volume: "v"}, "to its own": {Volume: "v", Claim: Key("ledger")}} {
		plan := planOf(t, reattaching(r), Snapshot(t, world...))
		told := slices.ContainsFunc(plan.Blockers, func(b drain.Blocker) bool {
			return strings.Contains(english(b.Reason), "kubectl localpv reclaim v --unreserve")
		})
		if plan.Verdict != drain.Blocked || !told {
			t.Errorf("reattach %s: %s, %v", name, plan.Verdict, plan.Blockers)
		}
	}
}

// TestNobodyHadWhatIsReserved: a reservation, and a claim that is named, say nothing of who had a volume.
func TestNobodyHadWhatIsReserved(t *testing.T) {
	now := []any{Node("node-0"), Claim("c", BoundTo("w")), Volume("w", Has("c", "c-uid"))}
	bare := Volume("v", ReservedFor("c"), Phase(corev1.VolumeAvailable))
	for name, tc := range map[string]struct {
		volume *corev1.PersistentVolume
		codes  []fact.Code
	}{
		"reserved":       {bare, []fact.Code{"OlderOfNobody", "NewLikePresent"}},
		"another's data": {keptUnder("c"), []fact.Code{"OlderOfAnother", "NewLikePresent"}},
		"another's":      {left("v", "ledger"), []fact.Code{"OlderClaim", "NewLikePresent"}},
		"its own":        {left("v", "c"), []fact.Code{"OlderClaim", "RecreatedLikePresent"}},
	} {
		req := drain.ReattachRequest{Volume: "v", Claim: Key("c"), Replace: true, AcceptForeignData: []string{"v"}}
		plan := planOf(t, reattaching(req), Snapshot(t, append([]any{tc.volume}, now...)...))
		for _, code := range tc.codes {
			if !slices.ContainsFunc(plan.Warnings, func(f fact.Fact) bool { return f.Code == code }) {
				t.Errorf("%s: no %s in %v", name, code, plan.Warnings)
			}
		}
		for _, f := range plan.Warnings {
			if f.Code == "OlderClaim" && f.Get("claim") == "shop/c" && name != "its own" {
				t.Errorf("%s: %s", name, english(f))
			}
		}
	}
}
