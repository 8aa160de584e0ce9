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
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// TestNoMemberMovesToADirectoryOfWhicheverNode: nothing keeps its Pods on the node on which it starts.
func TestNoMemberMovesToADirectoryOfWhicheverNode(t *testing.T) {
	directory := Volume("n3-free", Anywhere, func(v *corev1.PersistentVolume) {
		v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/srv/a"}}
	})
	without := func(base []any) []any {
		return With(Without(All(base, Db()), "PersistentVolume n0-free", "PersistentVolume n2-free"), directory)
	}
	for name, plan := range map[string]*drain.Plan{"recover": recoverNodes(t, []string{"n1"}, without(Fleet())...), "drain": drainPlan(t, ToMove(), without(Crew())...)} {
		if text := told(plan); plan.Verdict != drain.Blocked || !strings.Contains(text, "n3-free is a hostPath without required node affinity") {
			t.Errorf("%s: %s", name, text)
		}
	}
	says(t, recoverNodes(t, []string{"n1"}, All(without(Fleet()), Free("n2-free"))...), drain.Ready, "shop/db-1 shop/data-db-1: n1-data (n1) -> n2-free (n2)")
}

// givenBack are the commands that give a volume back to its claim.
func givenBack(volume string) map[string]request {
	return map[string]request{
		"reattach": reattaching(drain.ReattachRequest{Volume: volume}),
		"reclaim":  reclaiming(drain.ReclaimRequest{Volumes: []string{volume}, KeepData: true}),
		"released": reclaiming(drain.ReclaimRequest{Selection: &inventory.VolumeFilter{}, KeepData: true}),
	}
}

// TestDoubtsAreToldByWhoeverGivesBack: that the data may not be there is said by each command that gives a volume back, and so is that its node
// takes no Pods.
func TestDoubtsAreToldByWhoeverGivesBack(t *testing.T) {
	waiting := []any{Claim("c", WithUID("new")), Consumer("c-a", "", "c")}
	for name, tc := range map[string]struct {
		world []any
		words string
		// disk is set if it may not be the one that had the data.
		disk bool
	}{
		"a younger machine of the name":    {[]any{Node("n1", BornAgo(1)), left("v", "c", On("n1"))}, "was made for another machine", true},
		"a record of one that is gone":     {[]any{Node("n1"), left("v", "c", On("n1"), VolumeAnnotation("local.path.provisioner/selected-node", "earlier"))}, "the data may be on earlier", true},
		"a node that is unreachable":       {[]any{Node("n1", Unreachable), left("v", "c", On("n1"))}, "Pods that use v wait for it", false},
		"nothing that speaks against that": {[]any{Node("n1"), left("v", "c", On("n1"))}, "", false},
	} {
		for command, r := range givenBack("v") {
			plan := planOf(t, r, Snapshot(t, All(Node("n2"), tc.world, waiting)...))
			text := told(plan)
			if plan.Verdict != drain.Ready || tc.words != "" && !strings.Contains(text, tc.words) {
				t.Errorf("%s, %s: %s", name, command, text)
			}
			const certain = "gets the data on v|gets its own earlier data on v"
			promises := slices.ContainsFunc(strings.Split(certain, "|"), func(words string) bool { return strings.Contains(outcome(plan), words) })
			if doubts := tc.disk; promises == doubts || strings.Contains(outcome(plan), "as far as the disk is the one that had it") != doubts {
				t.Errorf("%s, %s promises: %s", name, command, outcome(plan))
			}
			if tc.words == "" && (strings.Contains(text, "another machine") || strings.Contains(text, "wait for it")) {
				t.Errorf("%s doubts without reason: %s", command, text)
			}
		}
	}
}

// TestReservationThatIsNotYetSeen: a claim waits for a volume of which somebody has taken the UID of the earlier claim away.
func TestReservationThatIsNotYetSeen(t *testing.T) {
	world := []any{Node("n1"), Volume("v", On("n1"), ReservedFor("c"), Phase(Released)), Claim("c", WithUID("new")), Claim("other")}
	for command, r := range givenBack("v") {
		plan := planOf(t, r, Snapshot(t, world...))
		if slices.Contains(actionsOf(plan), drain.OpenVolume) {
			t.Errorf("%s takes the reservation away: %s", command, told(plan))
		}
	}
	other := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, For: Key("other")}), Snapshot(t, world...))
	if !slices.Contains(codesOf(other), drain.BlockedPhase) {
		t.Errorf("another claim gets it: %s", told(other))
	}
	back := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, Unreserve: true}), Snapshot(t, world...))
	if back.Verdict != drain.Ready && !slices.Contains(codesOf(back), drain.BlockedForeignData) {
		t.Errorf("it cannot be taken back: %s", told(back))
	}
}

// TestOneDiskWhereNodesAreNotRead: one volume names its Node, the other a hostname, and which Node has that is not known.
func TestOneDiskWhereNodesAreNotRead(t *testing.T) {
	s := Snapshot(t, Volume("used", On("short"), at("/data/a"), Has("u", "u-uid")), Claim("u", BoundTo("used")), left("v", "c", byFields("n1"), at("/data/a/")))
	s.Gaps = append(s.Gaps, inspect.Gap{Kind: inspect.Nodes, Reason: "forbidden"})
	plan := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}), s)
	if !slices.Contains(codesOf(plan), drain.BlockedSharedDisk) || !strings.Contains(told(plan), "used") {
		t.Errorf("a disk that is perhaps in use is given away: %s", told(plan))
	}
}

// TestDrainWithoutVolumes: nobody knows which claims have data on the node.
func TestDrainWithoutVolumes(t *testing.T) {
	s := Snapshot(t, All(Crew(), Db())...)
	s.Volumes, s.Gaps = nil, append(s.Gaps, inspect.Gap{Kind: inspect.PersistentVolumes, Reason: "forbidden"})
	for mode, r := range map[string]drain.DrainRequest{"keep": ToKeep(), "move": ToMove()} {
		plan, err := PlanDrain(t.Context(), inspect.NewIndex(s), Scheduler, r)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(codesOf(plan), drain.BlockedUnknown) {
			t.Errorf("%s: %s", mode, told(plan))
		}
	}
}

// TestAccessModesOfAReservedVolume: the volume controller never binds a claim to a volume without its access modes, also if that is reserved for it.
func TestAccessModesOfAReservedVolume(t *testing.T) {
	many := func(c *corev1.PersistentVolumeClaim) {
		c.Spec.AccessModes = []corev1.PersistentVolumeAccessMode{corev1.ReadWriteMany}
	}
	for command, r := range map[string]request{
		"reattach": reattaching(drain.ReattachRequest{Volume: "v"}),
		"reclaim":  reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, For: Key("c")}),
	} {
		plan := planOf(t, r, Snapshot(t, Node("n1"), left("v", "c", On("n1")), Claim("c", WithUID("new"), many)))
		if !slices.Contains(codesOf(plan), drain.BlockedNoFit) || !strings.Contains(told(plan), "RWX") {
			t.Errorf("%s never ends: %s", command, told(plan))
		}
		named := Claim("c", WithUID("new"), many, func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = "v" })
		if plan := planOf(t, r, Snapshot(t, Node("n1"), left("v", "c", On("n1")), named)); plan.Verdict != drain.Ready {
			t.Errorf("%s, and the claim names the volume: %s", command, told(plan))
		}
	}
}

// TestClaimThatComesWithALaterMember: it is not waited for while an earlier member is not Ready, which this command does nothing for.
func TestClaimThatComesWithALaterMember(t *testing.T) {
	s := StatefulSet("db", 3)
	world := []any{Node("n0"), Node("n1"), StorageClass(Class), s, MemberPod(s, 0, ""), Claim("data-db-0"), left("v", "data-db-1", On("n1"))}
	plan := planOf(t, reattaching(drain.ReattachRequest{Volume: "v"}), Snapshot(t, world...))
	if slices.Contains(actionsOf(plan), drain.AwaitBound) || !slices.Contains(actionsOf(plan), drain.ReserveVolume) || !strings.Contains(told(plan), "db-1 is not there yet") {
		t.Errorf("it waits for what may never come: %s", told(plan))
	}
	ready := With(world, MemberPod(s, 0, "n0"))
	if plan := planOf(t, reattaching(drain.ReattachRequest{Volume: "v"}), Snapshot(t, ready...)); !slices.Contains(actionsOf(plan), drain.AwaitBound) {
		t.Errorf("the earlier member is Ready: %s", told(plan))
	}
}

// TestMachineThatOnlyAPodNames: the Pod uses a directory of whichever node, and its machine is gone.
func TestMachineThatOnlyAPodNames(t *testing.T) {
	plan := recoverNodes(t, []string{"n9"}, All(Fleet(), whichever("files"), Consumer("files-a", "n9", "files"))...)
	says(t, plan, drain.Blocked, "blocked Shared []: claim shop/files, bound to files, is left as it is, and so is Pod shop/files-a")
	if !strings.Contains(told(plan), `"values":["n9"]`) {
		t.Errorf("it does not tell how to go on: %s", told(plan))
	}
}
