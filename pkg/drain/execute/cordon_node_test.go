package execute

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestCordonForAWhile: what is cordoned for the sake of volumes is uncordoned with the last of them, and what others have cordoned never.
func TestCordonForAWhile(t *testing.T) {
	for _, tc := range []struct {
		name     string
		action   drain.Action
		volume   string
		cordoned bool
		users    string
		// want is how the node is then: whether it is cordoned, and for which volumes.
		want      bool
		wantUsers string
		writes    int
	}{
		{name: "cordon", action: drain.CordonNode, volume: "a", want: true, wantUsers: "a", writes: 1},
		{name: "cordon for good", action: drain.CordonNode, want: true, writes: 1},
		{name: "cordon for good what is", action: drain.CordonNode, cordoned: true, want: true},
		{name: "cordon again", action: drain.CordonNode, volume: "a", cordoned: true, users: "a", want: true, wantUsers: "a"},
		{name: "cordon for another, too", action: drain.CordonNode, volume: "b", cordoned: true, users: "a", want: true, wantUsers: "a,b", writes: 1},
		{name: "cordon what somebody has", action: drain.CordonNode, volume: "a", cordoned: true, want: true},
		{name: "cordon what was uncordoned by hand", action: drain.CordonNode, volume: "b", users: "a", want: true, wantUsers: "b", writes: 1},
		{name: "uncordon", action: drain.UncordonNode, volume: "a", cordoned: true, users: "a", writes: 1},
		{name: "uncordon, but another needs it", action: drain.UncordonNode, volume: "a", cordoned: true, users: "a,b", want: true, wantUsers: "b", writes: 1},
		{name: "uncordon what somebody has", action: drain.UncordonNode, volume: "a", cordoned: true, want: true},
		{name: "uncordon what another needs", action: drain.UncordonNode, volume: "a", cordoned: true, users: "b", want: true, wantUsers: "b"},
		{name: "uncordon what is", action: drain.UncordonNode, volume: "a", users: "a", wantUsers: "a"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			n := Node("n1", func(n *corev1.Node) {
				n.Spec.Unschedulable = tc.cordoned
				if tc.users != "" {
					n.Annotations = map[string]string{drain.AnnCordonedFor: tc.users, "note": "kept"}
				}
			})
			w := NewWorld(t, n)
			plan := drain.New("reattach")
			plan.Verdict, plan.Targets = drain.Ready, []drain.Object{drain.NodeObject(n)}
			plan.Stages = []drain.Stage{{Targets: []int{0}, Parallel: 1, OnFailure: drain.StopStage}}
			plan.Steps = []drain.Step{{ID: "step", Action: tc.action, Object: drain.NodeObject(n), Parameters: &drain.CordonParameters{For: tc.volume}}}
			result := carryOut(t.Context(), t, w, plan)
			got := w.Everything().Nodes[0]
			if result.Status != drain.StatusDone || got.Spec.Unschedulable != tc.want || got.Annotations[drain.AnnCordonedFor] != tc.wantUsers || w.Writes != tc.writes {
				t.Errorf("%s %s: cordoned=%t for %q with %d writes", result.Status, said(result.Reason), got.Spec.Unschedulable, got.Annotations[drain.AnnCordonedFor], w.Writes)
			}
			if tc.users != "" && got.Annotations["note"] != "kept" {
				t.Error("another annotation is gone")
			}
		})
	}
}
