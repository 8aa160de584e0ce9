package planner

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// TestOneVolumeOfASelectionStopsNoOther: what stands in the way of one of the volumes that a selection takes leaves that out, with the
// reason; a volume that was named blocks.
func TestOneVolumeOfASelectionStopsNoOther(t *testing.T) {
	good := Volume("good", Has("good-old", "good-old-uid"), Phase(Released), OfClass("own")) // which no claim asks for
	bad := func(edits ...func(*corev1.PersistentVolume)) any {
		return Volume("bad", append([]func(*corev1.PersistentVolume){Has("bad-old", "bad-old-uid"), Phase(Released)}, edits...)...)
	}
	waits := Claim("other", WantsClass("slow"))
	for name, tc := range map[string]struct {
		world []any
		code  drain.BlockerCode
		more  []string
	}{
		"the data of another claim":       {[]any{bad(OfClass("slow")), waits, StorageClass("slow")}, drain.BlockedForeignData, nil},
		"cordoned":                        {[]any{bad(cordonedVolume)}, drain.BlockedCordoned, nil},
		"its disk is used":                {All(bad(), Volume("holder", at("/mnt/bad"), Has("theirs", "theirs-uid")), Claim("theirs", BoundTo("holder"))), drain.BlockedSharedDisk, nil},
		"its disk is free":                {All(bad(), Volume("free", at("/mnt/bad"))), drain.BlockedSharedDisk, nil},
		"a Pod may use it":                {All(bad(), Consumer("p", "node-0", "bad-old")), drain.BlockedInUse, nil},
		"being deleted":                   {All(bad(Deleting)), drain.BlockedTerminating, nil},
		"a provisioner erases it":         {All(bad(Deletes, Provisioned(External)), ProvisionerPod()), drain.BlockedCleaner, nil},
		"another version recorded on it":  {All(bad(newer)), drain.BlockedNewer, nil},
		"its claim cannot be bound to it": {All(bad(Sized("1Gi")), Claim("bad-old", WithUID("new"))), drain.BlockedNoFit, nil},
		"two volumes of one claim": {All(bad(), Volume("bad-too", Has("bad-old", "bad-older-uid"), Phase(Released)), Claim("bad-old", WithUID("new"))), drain.BlockedAnother,
			[]string{"bad-too AnotherClaim"}},
	} {
		t.Run(name, func(t *testing.T) {
			world := All(Node("node-0"), StorageClass("own"), good, tc.world)
			plan := planOf(t, reclaiming(drain.ReclaimRequest{Selection: &inventory.VolumeFilter{}, KeepData: true}), Snapshot(t, world...))
			var out []string
			for _, l := range plan.LeftOut {
				out = append(out, l.Volume+" "+string(l.Code))
			}
			if diff := cmp.Diff(append([]string{"bad " + string(tc.code)}, tc.more...), out); diff != "" {
				t.Errorf("left out (-want +got):\n%s\n%s", diff, told(plan))
			}
			if plan.Verdict != drain.Ready || !strings.Contains(told(plan), "good") {
				t.Errorf("%s: %s", plan.Verdict, told(plan))
			}
			for _, s := range plan.Steps {
				if s.Object.Name != "good" {
					t.Errorf("step %s is about a volume that is left out", s.ID)
				}
			}
			names := append(drain.LeftOutNames(plan.LeftOut), "good")
			named := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: names, KeepData: true}), Snapshot(t, world...))
			if named.Verdict != drain.Blocked || len(named.LeftOut) > 0 {
				t.Errorf("named, it is %s: %s", named.Verdict, told(named))
			}
		})
	}
}

// TestSelectionOfWhichNothingIsLeft says what stands in the way of each, and asks for --keep-data only where that would help.
func TestSelectionOfWhichNothingIsLeft(t *testing.T) {
	request := drain.ReclaimRequest{Selection: &inventory.VolumeFilter{}, KeepData: true}
	cordonedOnly := []any{Node("node-0"), Volume("bad", Has("old", "old-uid"), Phase(Released), cordonedVolume)}
	plan := planOf(t, reclaiming(request), Snapshot(t, cordonedOnly...))
	if plan.Verdict != drain.Blocked || len(plan.Blockers) != 1 || plan.Blockers[0].Code != drain.BlockedCordoned || plan.Blockers[0].Volume != "bad" || len(plan.LeftOut) > 0 {
		t.Errorf("%s: %s", plan.Verdict, told(plan))
	}
	request.KeepData = false
	plan = planOf(t, reclaiming(request), Snapshot(t, All(cordonedOnly, Volume("good", Has("good-old", "good-uid"), Phase(Released)))...))
	if plan.Verdict != drain.Blocked || len(plan.LeftOut) != 1 || len(plan.Blockers) != 1 || plan.Blockers[0].Code != drain.BlockedUndecided {
		t.Errorf("%s: %s", plan.Verdict, told(plan))
	}
}
