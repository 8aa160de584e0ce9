package planner

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// TestWhatKeepsOneVolumeOfADiskKeepsAll: of a selection, a volume is left out if another volume of its disk is, whatever for, and that one is named.
func TestWhatKeepsOneVolumeOfADiskKeepsAll(t *testing.T) {
	good := Volume("good", Has("good-old", "good-uid"), Phase(Released), OfClass("own"))
	// The twin sorts before the volume, or after it.
	twin := func(name string, edits ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
		return Volume(name, append([]func(*corev1.PersistentVolume){at("/mnt/one"), Has("twin-old", "twin-uid"), Phase(Released)}, edits...)...)
	}
	for how, tc := range map[string]struct {
		world []any
		edits []func(*corev1.PersistentVolume)
		out   bool
	}{
		"the data of another claim":      {[]any{Claim("other", WantsClass("slow")), StorageClass("slow")}, []func(*corev1.PersistentVolume){OfClass("slow")}, true},
		"a provisioner erases it":        {[]any{ProvisionerPod()}, []func(*corev1.PersistentVolume){Deletes, Provisioned(External)}, true},
		"being deleted":                  {nil, []func(*corev1.PersistentVolume){Deleting[*corev1.PersistentVolume]}, true},
		"another version recorded on it": {nil, []func(*corev1.PersistentVolume){newer}, true},
		"a Pod may use it":               {[]any{Consumer("p", "node-0", "twin-old")}, nil, true},
		"its own claim cannot have it":   {[]any{Claim("twin-old", WithUID("new"), Asks("900Gi"))}, nil, true},
		"cordoned":                       {nil, []func(*corev1.PersistentVolume){cordonedVolume}, false},
	} {
		for _, name := range []string{"a-twin", "z-twin"} {
			t.Run(how+", "+name, func(t *testing.T) {
				v := Volume("v", at("/mnt/one/"), Has("v-old", "v-uid"), Phase(Released), OfClass("own"))
				plan := planOf(t, reclaiming(drain.ReclaimRequest{Selection: &inventory.VolumeFilter{}, KeepData: true}),
					Snapshot(t, All(Node("node-0"), StorageClass("own"), good, v, twin(name, tc.edits...), tc.world)...))
				out := drain.LeftOutNames(plan.LeftOut)
				if plan.Verdict != drain.Ready || !slices.Contains(out, name) || slices.Contains(out, "v") != tc.out || slices.Contains(out, "good") {
					t.Errorf("left out %v: %s", out, told(plan))
				}
				for _, l := range plan.LeftOut {
					if l.Volume == "v" && !strings.Contains(english(l.Reason), name) {
						t.Errorf("v is left out without %s: %s", name, english(l.Reason))
					}
				}
			})
		}
	}
}

// TestTwinThatIsErased: a volume is not given away while a provisioner is to erase its disk by another volume, which was not asked for.
func TestTwinThatIsErased(t *testing.T) {
	s := Snapshot(t, Node("node-0"), left("v", "c"), Volume("twin", at("/mnt/v"), Has("d", "d-uid"), Phase(Released), Deletes, Provisioned(External)), ProvisionerPod())
	for _, r := range []drain.ReclaimRequest{{}, {For: Key("e"), AcceptForeignData: nil}} {
		r.Volumes, r.KeepData = []string{"v"}, true
		plan := planOf(t, reclaiming(r), s)
		tells(t, plan, drain.Blocked, "twin may not be given away", "provisioner")
	}
}

// TestTwinReservedForOneOfTwoClaims: a disk that is reserved for a claim by one of its volumes is given to that claim alone by the other.
func TestTwinReservedForOneOfTwoClaims(t *testing.T) {
	world := []any{Node("node-0"), Volume("v", Has("mine", "earlier"), Phase(Released)), Volume("twin", at("/mnt/v/."), ReservedFor("mine")), Claim("mine"), Claim("theirs")}
	for claim, blocked := range map[string]bool{"mine": false, "theirs": true} {
		r := drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, For: Key(claim), AcceptForeignData: []string{"v"}}
		plan := planOf(t, reclaiming(r), Snapshot(t, world...))
		if got := slices.Contains(codesOf(plan), drain.BlockedSharedDisk); got != blocked {
			t.Errorf("for %s: %s", claim, told(plan))
		}
		if blocked && !strings.Contains(told(plan), "twin is reserved for claim shop/mine") {
			t.Errorf("for %s, it does not say who has it: %s", claim, told(plan))
		}
	}
	back := reattaching(drain.ReattachRequest{Volume: "v", Claim: Key("theirs"), AcceptForeignData: []string{"v"}})
	if plan := planOf(t, back, Snapshot(t, world...)); !slices.Contains(codesOf(plan), drain.BlockedSharedDisk) {
		t.Errorf("reattach to the other: %s", told(plan))
	}
	open := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}), Snapshot(t, Without(world, "PersistentVolumeClaim shop/mine")...))
	if !slices.Contains(codesOf(open), drain.BlockedSharedDisk) {
		t.Errorf("opened to any: %s", told(open))
	}
}
