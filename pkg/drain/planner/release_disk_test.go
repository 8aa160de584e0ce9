package planner

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestReleaseOfASharedDisk: release says of a volume whose disk somebody has by another one, or could get, that its data may be overwritten, and what
// prevents that; it does not reserve it, and lets no provisioner erase what is another's.
func TestReleaseOfASharedDisk(t *testing.T) {
	n := Node("node-0")
	twin := func(path string, edits ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
		return Volume("twin", append([]func(*corev1.PersistentVolume){at(path)}, edits...)...)
	}
	theirs := []any{Claim("theirs", BoundTo("twin")), Consumer("other-0", "node-0", "theirs")}
	for name, tc := range map[string]struct {
		world []any
		says  string
		held  bool
	}{
		"free, on the same path": {[]any{twin("/mnt/v/")}, "twin is free: another claim could be bound to that one at any moment", false},
		"free, below it":         {[]any{twin("/mnt/v/sub")}, "kubectl patch pv twin", false},
		"free, above it":         {[]any{twin("/mnt")}, "kubectl patch pv twin", false},
		"in use":                 {All(twin("/mnt/v", Has("theirs", "theirs-uid")), theirs), "claim shop/theirs has twin, and Pod shop/other-0 uses it", true},
		"reserved":               {[]any{twin("/mnt/v", ReservedFor("theirs"))}, "twin is reserved for claim shop/theirs", true},
		"cordoned":               {[]any{twin("/mnt/v", cordonedVolume)}, "", false},
		"left by another claim":  {[]any{twin("/mnt/v", Has("theirs", "theirs-uid"), Phase(Released))}, "", true},
		"of another node":        {[]any{twin("/mnt/v", On("node-1")), Node("node-1")}, "", false},
		"mounted by hostPath":    {[]any{Plain("exporter", "node-0", MountsPath("/mnt/v"))}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			for state, volume := range map[string][]any{
				"bound":    {Volume("v", Has("c", "c-uid")), Claim("c", BoundTo("v"))},
				"released": {Volume("v", Has("c", "c-uid"), Phase(Released), SavedFrom(Claim("c", BoundTo("v"))))},
			} {
				s := Snapshot(t, All(n, volume, tc.world)...)
				plain := planOf(t, releasing(drain.ReleaseRequest{Targets: Pv("v")}), s)
				if text := told(plain); plain.Verdict == drain.Blocked || !strings.Contains(text, tc.says) || strings.Contains(text, "the same disk") != (tc.says != "") {
					t.Errorf("%s: %s", state, text)
				}
				reserved := planOf(t, releasing(drain.ReleaseRequest{Targets: Pv("v"), Reserve: true}), s)
				if got := slices.Contains(codesOf(reserved), drain.BlockedSharedDisk); got != (tc.says != "") || !strings.Contains(told(reserved), tc.says) {
					t.Errorf("%s, reserved: %s", state, told(reserved))
				}
			}
			erased := planOf(t, releasing(drain.ReleaseRequest{Targets: Pvc("c"), Clean: true}),
				Snapshot(t, All(n, Volume("v", Has("c", "c-uid"), Deletes, Provisioned(External)), Claim("c", BoundTo("v")), ProvisionerPod(), tc.world)...))
			if got := slices.Contains(codesOf(erased), drain.BlockedSharedDisk); got != tc.held {
				t.Errorf("erased: %s", told(erased))
			}
			if got := strings.Contains(told(erased), "shop/exporter mounts /mnt/v by hostPath, and the provisioner that erases the disk would erase what is theirs"); got != (name == "mounted by hostPath") {
				t.Errorf("erased: %s", told(erased))
			}
		})
	}
}

// TestReservedVolumeOfASharedDisk: a volume that is reserved already for a claim shares its disk with one that is free.
func TestReservedVolumeOfASharedDisk(t *testing.T) {
	s := Snapshot(t, Node("node-0"), Volume("v", ReservedFor("c")), Volume("twin", at("/mnt/v")))
	for _, reserve := range []bool{false, true} {
		tells(t, planOf(t, releasing(drain.ReleaseRequest{Targets: Pv("v"), Reserve: reserve}), s), drain.NothingToDo, "twin is free", "kubectl patch pv twin")
	}
}

// TestReservedOnANodeThatIsGone: no Pod could use the volume, and the next claim would be bound to it at once.
func TestReservedOnANodeThatIsGone(t *testing.T) {
	s := Snapshot(t, Node("node-0"), Volume("v", Has("c", "c-uid"), On("node-9")), Claim("c", BoundTo("v")), left("w", "d", On("node-9")))
	tells(t, planOf(t, releasing(drain.ReleaseRequest{Targets: Pvc("c"), Reserve: true}), s), drain.Blocked, "the data of v is on node-9, which does not exist")
	tells(t, planOf(t, releasing(drain.ReleaseRequest{Targets: Pvc("c")}), s), drain.Ready)
	tells(t, planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"w"}, KeepData: true, For: Key("d")}), s), drain.Blocked, "the data of w is on node-9, which does not exist")
	open := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"w"}, KeepData: true}), s)
	tells(t, open, drain.Ready)
	if last, missing := lastNext(open); !missing || !strings.Contains(last, "before node-9 is back") || !strings.HasSuffix(last, "kubectl localpv recover node-9 --dry-run") {
		t.Errorf("the last thing it says is %q", last)
	}
}

// TestPodsThatWaitForAReleasedClaim: they wait for a claim that nothing recreates, which is said last, with what does.
func TestPodsThatWaitForAReleasedClaim(t *testing.T) {
	set := StatefulSet("db", 1)
	for name, tc := range map[string]struct {
		world []any
		claim string
		waits bool
	}{
		"of a Deployment":  {[]any{Consumer("web-1", "", "c", ControlledBy("ReplicaSet", "web"))}, "c", true},
		"of nobody":        {[]any{Consumer("web-1", "", "c")}, "c", true},
		"none":             {nil, "c", false},
		"of a StatefulSet": {[]any{set, MemberPod(set, 0, "")}, "data-db-0", false},
	} {
		for _, reserve := range []bool{false, true} {
			s := Snapshot(t, All(Node("node-0"), Volume("v", Has(tc.claim, "c-uid")), Claim(tc.claim, WithUID("c-uid"), BoundTo("v")), tc.world)...)
			plan := planOf(t, releasing(drain.ReleaseRequest{Targets: Pvc(tc.claim), Reserve: reserve}), s)
			last, missing := lastNext(plan)
			if plan.Verdict != drain.Ready || missing != tc.waits || tc.waits && (!strings.HasSuffix(last, "kubectl localpv reattach v") || !strings.Contains(last, "web-1")) {
				t.Errorf("%s, reserve %v: the last thing it says is %q: %s", name, reserve, last, told(plan))
			}
		}
	}
}

// TestReserveWithoutHome: nothing is reserved on a disk of which nobody can say where it is, and it is said what is done without that.
func TestReserveWithoutHome(t *testing.T) {
	nowhere := Within(Term(corev1.NodeSelectorRequirement{Key: "example.com/rack", Operator: corev1.NodeSelectorOpIn, Values: []string{"r7"}}))
	for name, tc := range map[string]struct {
		world []any
		code  drain.BlockerCode
		says  string
	}{
		"the node is gone":     {[]any{Node("n0"), Volume("v", On("n1"), Has("c", "c-uid"))}, drain.BlockedHome, "is on n1, which does not exist"},
		"nothing says where":   {[]any{Node("n0"), Volume("v", nowhere, Has("c", "c-uid"))}, drain.BlockedUnknown, "it is unknown on which node"},
		"nodes cannot be read": {[]any{inspect.Gap{Kind: inspect.Nodes, Reason: "forbidden: list nodes"}, Volume("v", On("n1"), Has("c", "c-uid"))}, drain.BlockedUnknown, "forbidden: list nodes"},
	} {
		t.Run(name, func(t *testing.T) {
			held := Snapshot(t, All(tc.world, Claim("c", BoundTo("v")))...)
			reserved := planOf(t, releasing(drain.ReleaseRequest{Targets: Pv("v"), Reserve: true}), held)
			tells(t, reserved, drain.Blocked, tc.says, "without --reserve the claim goes and the data is kept all the same: kubectl localpv release pv/v")
			if got := codesOf(reserved); !slices.Equal(got, []drain.BlockerCode{tc.code}) {
				t.Errorf("blockers %v", got)
			}
			tells(t, planOf(t, releasing(drain.ReleaseRequest{Targets: Pv("v")}), held), drain.Ready, "v")
			v, _ := tc.world[1].(*corev1.PersistentVolume)
			left := v.DeepCopy()
			left.Status.Phase = Released
			free := Snapshot(t, tc.world[0], left)
			tells(t, planOf(t, releasing(drain.ReleaseRequest{Targets: Pv("v"), Reserve: true}), free), drain.Blocked, tc.says)
			tells(t, planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, For: Key("c")}), free), drain.Blocked, tc.says)
		})
	}
}
