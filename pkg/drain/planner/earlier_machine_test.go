package planner

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestAVolumeOfAnEarlierMachine: its disk may be new and empty. Nobody starts on it unasked who wants its data, and who starts on such a place
// without data is told.
func TestAVolumeOfAnEarlierMachine(t *testing.T) {
	for made, told := range map[string]bool{
		"local-volume-provisioner-n3-earlier-uid": true,
		"local-volume-provisioner-n9-n9-uid":      true,
		"local-volume-provisioner-n3-n3-uid":      false,
		"local-volume-provisioner-n3":             false,
		"directory.example":                       false,
	} {
		t.Run(made, func(t *testing.T) { tellsEarlierMachine(t, told, Node("n3"), Provisioned(made)) })
	}
	t.Run("a Node that is younger", func(t *testing.T) {
		tellsEarlierMachine(t, true, Node("n3", BornAgo(time.Hour)), func(*corev1.PersistentVolume) {})
	})
	t.Run("whose claim is younger still", func(t *testing.T) {
		tellsEarlierMachine(t, false, Node("n3", BornAgo(time.Hour)), SavedFrom(Claim("data-db-1", WithUID("earlier-data-db-1"), bornAfter)))
	})
}

// bornAfter makes a claim younger than a Node that is an hour old.
func bornAfter(c *corev1.PersistentVolumeClaim) { c.CreationTimestamp = Ago(time.Minute) }

func tellsEarlierMachine(t *testing.T, tells bool, n3 *corev1.Node, of func(*corev1.PersistentVolume)) {
	t.Helper()
	serving := With(All(Crew(), Db(), left("old", "data-db-1", On("n3"), of)), n3)
	waiting := With(Without(serving, "PersistentVolume n1-data"), MemberPod(StatefulSet("db", 3), 1, ""), Claim("data-db-1", WithUID("new")))
	for how, world := range map[string][]any{"in place of another": serving, "waiting": waiting} {
		request := drain.ReattachRequest{Volume: "old", Replace: how != "waiting"}
		plan := planOf(t, reattaching(request), Snapshot(t, world...))
		says := "note: old on n3 was made for another machine"
		if request.Replace {
			says = "blocked HomeMissing [--accept-data-loss shop/data-db-1]: old on n3 was made for another machine"
		}
		if text := told(plan); (plan.Verdict == drain.Blocked) != (tells && request.Replace) || strings.Contains(text, says) != tells {
			t.Errorf("%s: %s", how, text)
		}
		request.AcceptDataLoss = claims("data-db-1")
		plan = planOf(t, reattaching(request), Snapshot(t, world...))
		if text := told(plan); plan.Verdict != drain.Ready || strings.Contains(text, "note: old on n3 was made for another machine") != tells {
			t.Errorf("%s, accepted: %s", how, text)
		}
	}
	places := With(Without(All(Crew(), Db(), Volume("n3-made", On("n3"), of)), "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free"), n3)
	moved := drainPlan(t, ToMove(), places...)
	younger := n3.CreationTimestamp != Node("n3").CreationTimestamp // no claim tells of a place that it was written to since
	if text := told(moved); moved.Verdict != drain.Ready || strings.Contains(text, "note: n3-made on n3 was made for another machine") != (tells || younger) {
		t.Error("drain: " + text)
	}
}

// TestDrainOfAnEarlierMachine: nothing is promised of data that may have gone with it, whether its claim stays or goes; what a claim has that is
// younger than the machine is there.
func TestDrainOfAnEarlierMachine(t *testing.T) {
	const doubt = "note: n1-data on n1 was made for another machine, or for one that was registered again since (the Node is younger than the volume)"
	young := With(All(Crew(), Db()), Node("n1", BornAgo(time.Hour)))
	since := With(young, Claim("data-db-1", BoundTo("n1-data"), bornAfter))
	for name, tc := range map[string]struct {
		world   []any
		request drain.DrainRequest
		doubts  bool
	}{
		"keep":                   {young, ToKeep(), true},
		"move":                   {young, ToMove(), true},
		"keep, a younger claim":  {since, ToKeep(), false},
		"move, a younger claim":  {since, ToMove(), false},
		"keep, the same machine": {All(Crew(), Db()), ToKeep(), false},
	} {
		t.Run(name, func(t *testing.T) {
			plan := drainPlan(t, tc.request, tc.world...)
			text := told(plan)
			if plan.Verdict != drain.Ready || strings.Contains(text, doubt) != tc.doubts {
				t.Error(text)
			}
			promised := strings.Contains(text, "the old volumes keep it") || strings.Contains(text, "its data untouched")
			if tc.request.MoveClaims && (promised == tc.doubts || strings.Contains(text, "reattach n1-data --replace --accept-data-loss shop/data-db-1") != tc.doubts) {
				t.Error(text)
			}
		})
	}
}

// TestManyOfAnEarlierMachine: of more volumes than are named, the command that goes back to one has the flag that it needs.
func TestManyOfAnEarlierMachine(t *testing.T) {
	accept := ToMove(Accepting("data-db-0", "data-db-1", "data-db-2", "data-db-3"))
	many := All(Crew(), Free("n3-a"), fourOn1())
	tells(t, drainPlan(t, accept, many...), drain.Ready, "To go back to one of them, for example to n1-", "--replace")
	young := told(drainPlan(t, accept, With(many, Node("n1", BornAgo(time.Hour)))...))
	if at := strings.Index(young, "next: To go back to one of them"); at < 0 || !strings.Contains(young[at:], "--replace --accept-data-loss shop/data-db-") {
		t.Error(young)
	}
}
