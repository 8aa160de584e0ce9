package planner

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestRecoverTellsOfAwaitedData: a claim waits whose own earlier data is on a Released volume of a dead node. That is not all that is left to
// do there, and it is told.
func TestRecoverTellsOfAwaitedData(t *testing.T) {
	const name = "data-db-1"
	left := func(edits ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
		return Volume("n1-data", append([]func(*corev1.PersistentVolume){On("n1"), Has(name, "earlier-uid"), Phase(Released)}, edits...)...)
	}
	claim := Claim(name, WithUID("later-uid"))
	naming := Claim(name, WithUID("later-uid"), func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = "n1-data" })
	world := func(changed ...any) []any {
		return With(All(Fleet(), Db()), append([]any{left(), claim, MemberPod(StatefulSet("db", 3), 1, "")}, changed...)...)
	}
	for what, tc := range map[string]struct {
		world []any
		waits bool
	}{
		"a claim that was recreated":    {world(), true},
		"one that names the volume":     {world(naming), true},
		"its node is gone":              {Without(world(), "Node n1"), true},
		"one that is to come":           {Without(world(), "PersistentVolumeClaim shop/data-db-1"), true},
		"one that nobody wants":         {Without(world(StatefulSet("db", 1)), "PersistentVolumeClaim shop/data-db-1", "Pod shop/db-1"), false},
		"one that has another volume":   {world(HeldBy(name, "n3-data", "n3")...), false},
		"one that an earlier run moved": {world(left(RecoveredFrom("n1"), SavedFrom(Claim(name, WithUID("earlier-uid"), BoundTo("n1-data"))))), false},
	} {
		t.Run(what, func(t *testing.T) {
			plan := recoverPlan(t, nil, tc.world...)
			text := strings.Join(strings.Fields(told(plan)), " ")
			says := strings.Contains(text, "claim shop/data-db-1 waits for a volume, and the data of an earlier claim of its name is on n1-data (on n1") &&
				strings.Contains(text, "if the disk comes back: kubectl localpv reattach n1-data;")
			if says != tc.waits || tc.waits && strings.Contains(text, "nothing is left to do") {
				t.Errorf("it tells: %t\n%s", says, told(plan))
			}
		})
	}
	again := recoverPlan(t, func(r *drain.RecoverRequest) { r.Recreated, r.Fenced = true, false }, With(world(), Node("n1", BornAgo(1)))...)
	if text := told(again); strings.Contains(text, "if the disk comes back") {
		t.Errorf("the disks are gone: %s", text)
	}
}
