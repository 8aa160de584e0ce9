package planner

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestDrainTellsOfAwaitedData: a claim waits whose own earlier data is on a Released volume of the node. It is not passed over in silence, and
// a node with the only data of somebody who waits for it is not said to be empty.
func TestDrainTellsOfAwaitedData(t *testing.T) {
	const name, other = "data-db-1", "the data of an earlier claim"
	left := func(edits ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
		return Volume("n1-data", append([]func(*corev1.PersistentVolume){On("n1"), Has(name, "earlier-uid"), Phase(Released)}, edits...)...)
	}
	claim := func(edits ...func(*corev1.PersistentVolumeClaim)) *corev1.PersistentVolumeClaim {
		return Claim(name, append([]func(*corev1.PersistentVolumeClaim){WithUID("later-uid")}, edits...)...)
	}
	lost := []func(*corev1.PersistentVolumeClaim){BoundTo("n1-data"), func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimLost }}
	world := func(changed ...any) []any {
		return With(All(Crew(), Db()), append([]any{left(), claim(), MemberPod(StatefulSet("db", 3), 1, "")}, changed...)...)
	}
	for what, tc := range map[string]struct {
		world []any
		waits bool
	}{
		"a claim that was recreated":           {world(), true},
		"one that was restored":                {world(claim(lost...)), true},
		"one that names the volume":            {world(claim(func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = "n1-data" })), true},
		"one that is to come":                  {Without(world(), "PersistentVolumeClaim shop/data-db-1"), true},
		"one that nobody wants":                {Without(world(StatefulSet("db", 1)), "PersistentVolumeClaim shop/data-db-1", "Pod shop/db-1"), false},
		"one that has another volume":          {world(HeldBy(name, "n3-data", "n3")...), false},
		"a volume that was wiped":              {world(left(wiped, func(v *corev1.PersistentVolume) { v.Status.Phase, v.Spec.ClaimRef = corev1.VolumeAvailable, nil })), false},
		"a volume of another node":             {world(left(On("n3"))), false},
		"a volume that an earlier run vacated": {world(left(VolumeAnnotation(retain.AnnMovedFrom, "n1"), SavedFrom(Claim(name, WithUID("earlier-uid"), BoundTo("n1-data"))))), false},
	} {
		t.Run(what, func(t *testing.T) {
			plan := drainPlan(t, ToMove(), tc.world...)
			text := strings.Join(strings.Fields(told(plan)), " ")
			says := strings.Contains(text, "claim shop/data-db-1 waits for a volume, and "+other+" of its name is on n1-data, which stays on n1") &&
				strings.Contains(text, "kubectl localpv reattach n1-data")
			empty := slices.ContainsFunc(plan.Next, func(n drain.Next) bool { return n.Fact.Code == fact.Code("NodeCanBeRemoved") })
			if says != tc.waits || tc.waits && empty {
				t.Errorf("it says that it waits: %t, and that the node is empty: %t\n%s", says, empty, told(plan))
			}
		})
	}
}
