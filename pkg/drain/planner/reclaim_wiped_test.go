package planner

import (
	"slices"
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestWipedVolumeHasNoData: a plan that gives away a volume that was wiped needs no flag for what is on it, and warns of nothing.
func TestWipedVolumeHasNoData(t *testing.T) {
	v := []string{"v"}
	for name, tc := range map[string]struct {
		world []any
		req   drain.ReclaimRequest
		gives drain.Action
	}{
		"to any":                    {[]any{Claim("other")}, drain.ReclaimRequest{Volumes: v}, drain.OpenVolume},
		"to any, and its own waits": {[]any{Claim("gone")}, drain.ReclaimRequest{Volumes: v}, drain.OpenVolume},
		"to one":                    {[]any{Claim("other")}, drain.ReclaimRequest{Volumes: v, For: Key("other")}, drain.ReserveVolume},
		"to its own":                {[]any{Claim("gone")}, drain.ReclaimRequest{Volumes: v, For: Key("gone")}, drain.ReserveVolume},
	} {
		t.Run(name, func(t *testing.T) {
			world := append([]any{Node("node-0"), left("v", "gone", wiped)}, tc.world...)
			plan := planOf(t, reclaiming(tc.req), Snapshot(t, world...))
			if plan.Verdict != drain.Ready || !slices.Contains(actionsOf(plan), tc.gives) || len(plan.Losses) > 0 {
				t.Fatalf("%s, actions %v, blockers %v, losses %v", plan.Verdict, actionsOf(plan), plan.Blockers, plan.Losses)
			}
			text := textOf(t, plan)
			for _, untrue := range []string{"old data", "with its data", "OVERWRITE", "can read", "own earlier data"} {
				if strings.Contains(text, untrue) {
					t.Errorf("says %q:\n%s", untrue, text)
				}
			}
			for _, s := range plan.Steps {
				if free, ok := s.Parameters.(*drain.FreeParameters); ok && free.Unwanted {
					t.Error("is not done if a claim waits that has nothing on it")
				}
			}
		})
	}
	plan := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v", "w"}}), Snapshot(t, Node("node-0"), left("v", "gone", wiped), left("w", "gone-too")))
	if codes := codesOf(plan); !slices.Equal(codes, []drain.BlockerCode{drain.BlockedUndecided}) || plan.Blockers[0].Reason.Get("count") != "1" {
		t.Errorf("one of two is not wiped: %v", plan.Blockers)
	}
}

// TestWipedVolumeComesBackEmpty: there is nothing to go back to, and no member is taken down for that.
func TestWipedVolumeComesBackEmpty(t *testing.T) {
	plan := planOf(t, reattaching(drain.ReattachRequest{Volume: "v"}), Snapshot(t, Node("node-0"), left("v", "c", wiped), Claim("c")))
	if text := textOf(t, plan); plan.Verdict != drain.Ready || !strings.Contains(text, "EMPTY") || strings.Contains(text, "gets the data") {
		t.Errorf("%s:\n%s", plan.Verdict, text)
	}
	plan = planOf(t, reattaching(drain.ReattachRequest{Volume: "v", Replace: true}), Snapshot(t, Node("node-0"), Node("node-1"), left("v", "c", wiped),
		Claim("c", BoundTo("w")), Volume("w", Has("c", "c-uid"), On("node-1"))))
	if !slices.Contains(codesOf(plan), drain.BlockedReplaced) {
		t.Errorf("%s: %v", plan.Verdict, plan.Blockers)
	}
}
