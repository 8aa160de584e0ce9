package planner

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestPairsThatAreBeingBound: nothing is done to a volume and a claim of which only the volume names the other yet, each command says the same,
// and none tells to delete the claim.
func TestPairsThatAreBeingBound(t *testing.T) {
	const waits = "volume v names claim shop/c, which is Pending: the volume controller is about to bind the two, and nothing is done to them before; " +
		"to wait for that: kubectl localpv reattach v"
	claim := Claim("c")
	for name, v := range map[string]*corev1.PersistentVolume{
		"Available": Volume("v", On("n0"), ClaimedBy("c", "c-uid"), Deletes),
		"Bound":     Volume("v", On("n0"), Has("c", "c-uid"), Deletes),
	} {
		for command, r := range map[string]request{
			"reclaim":          reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}),
			"reclaim, reserve": reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, For: Key("other")}),
			"unreserve":        reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, Unreserve: true}),
			"release pv":       releasing(drain.ReleaseRequest{Targets: Pv("v")}),
			"release pvc":      releasing(drain.ReleaseRequest{Targets: Pvc("c")}),
		} {
			t.Run(command+" of one that is "+name, func(t *testing.T) {
				plan := planOf(t, r, Snapshot(t, Node("n0"), StorageClass(Class), v, claim))
				if text := told(plan); plan.Verdict != drain.Blocked || !strings.Contains(text, waits) || strings.Contains(text, "delete pvc") {
					t.Error(text)
				}
			})
		}
	}
	for name, tc := range map[string]struct {
		world []any
		says  string
	}{
		"reserved by name":            {[]any{Volume("v", On("n0"), ReservedFor("c")), claim}, waits},
		"reserved, and too small":     {[]any{Volume("v", On("n0"), ReservedFor("c"), Sized("1Mi")), claim}, "claim shop/c is Pending and has no volume to release"},
		"no volume is reserved":       {[]any{claim}, "claim shop/c is Pending and has no volume to release"},
		"the claim is being deleted":  {[]any{Volume("v", On("n0"), ReservedFor("c")), Claim("c", Deleting)}, "claim shop/c is Pending and has no volume to release"},
		"the volume is of an earlier": {[]any{Volume("v", On("n0"), Has("c", "earlier"), Phase(Released)), claim}, "claim shop/c is Pending and has no volume to release"},
	} {
		t.Run("release pvc, "+name, func(t *testing.T) {
			plan := planOf(t, releasing(drain.ReleaseRequest{Targets: Pvc("c")}), Snapshot(t, All(Node("n0"), StorageClass(Class), tc.world)...))
			if text := told(plan); !strings.Contains(text, tc.says) {
				t.Error(text)
			}
		})
	}
}

// TestDataThatCannotComeBackToo: reattach offers no command with a volume that nothing gives back now, and reclaim says what it keeps apart.
func TestDataThatCannotComeBackToo(t *testing.T) {
	both := StatefulSet("db", 1, WithTemplate("wal"))
	base := []any{Node("n0"), Node("n1"), StorageClass(Class), both, left("d", "data-db-0", On("n0"))}
	away := planOf(t, reattaching(drain.ReattachRequest{Volume: "d"}), Snapshot(t, All(base, left("w", "wal-db-0", On("n9")))...))
	says(t, away, drain.Ready, "note: shop/db-0 needs claim shop/wal-db-0 too, whose data is on w (on n9, which does not exist), where no Pod can use it now: ")
	if text := told(away); strings.Contains(text, "reattach d w") {
		t.Error(text)
	}
	reclaim := reclaiming(drain.ReclaimRequest{Volumes: []string{"d"}, KeepData: true})
	const apart = "note: shop/db-0 needs claim shop/wal-db-0 too, whose data is on w (on n1), which cannot be used where this one is"
	says(t, planOf(t, reclaim, Snapshot(t, All(base, left("w", "wal-db-0", On("n1")))...)), drain.Ready, apart)
	if text := told(planOf(t, reclaim, Snapshot(t, All(base, left("w", "wal-db-0", On("n0")))...))); strings.Contains(text, "where this one is") {
		t.Error(text)
	}
}

// TestHostPathsOfNoNode: their data is on one node, though nothing says on which.
func TestHostPathsOfNoNode(t *testing.T) {
	v := Volume("v", Anywhere, Has("c", "earlier"), Phase(Released), func(v *corev1.PersistentVolume) {
		v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/srv/data"}}
	})
	ix := inspect.NewIndex(Snapshot(t, Node("n0"), v))
	for name, r := range map[string]request{
		"reclaim":  reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}),
		"release":  releasing(drain.ReleaseRequest{Targets: Pv("v")}),
		"reattach": reattaching(drain.ReattachRequest{Volume: "v"}),
	} {
		_, err := r(ix)
		const want = "volume v is a hostPath without required node affinity: its data is on one node, at /srv/data, and which node that is, is recorded nowhere"
		if f := fact.Of(err); !strings.HasPrefix(english(f), want) {
			t.Errorf("%s: %v: %s", name, err, english(f))
		}
	}
}
