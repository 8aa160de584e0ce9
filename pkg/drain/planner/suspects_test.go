package planner

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestSuspects: nodes that are not Ready, and those of which only volumes are left, with what is stuck there.
func TestSuspects(t *testing.T) {
	world := With(All(Fleet(), Db(), HeldBy("lost", "gone-data", "gone"), HeldBy("slow", "n3-data", "n3")),
		Node("n1", Unreachable, OutOfService), renewedLease("n1", 15*time.Minute), Node("n3", Condition(corev1.ConditionFalse, time.Minute)))
	got := Suspects(inspect.NewIndex(Snapshot(t, world...))).Items
	want := []Suspect{
		{Node: "gone", State: "missing", Volumes: 1, Stuck: []string{}},
		{Node: "n1", State: "Unknown", Since: ptr.To(Ago(14 * time.Minute)), LeaseRenewed: &metav1.MicroTime{Time: Now().Add(-15 * time.Minute)}, Fenced: true, Volumes: 1, Stuck: []string{"shop/db-1"}},
		{Node: "n3", State: "NotReady", Since: ptr.To(Ago(time.Minute)), Volumes: 2, Stuck: []string{}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("suspects (-want +got):\n%s", diff)
	}
}

// TestSuspectsByPodsAlone: no affinity and no record names a machine that is gone, and Pods that use volumes are bound to it. Where the data
// is known, or another machine of the name is there, they prove nothing.
func TestSuspectsByPodsAlone(t *testing.T) {
	anywhere := Within(Term(corev1.NodeSelectorRequirement{Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpExists}))
	world := All(Fleet(), HeldBy("lost", "lost-data", "", anywhere), Consumer("lost-a", "gone", "lost"),
		HeldBy("known", "known-data", "n2"), Consumer("known-a", "odd", "known"),
		HeldBy("there", "there-data", "", anywhere), Consumer("there-a", "n3", "there"))
	got := Suspects(inspect.NewIndex(Snapshot(t, world...))).Items
	got = slices.DeleteFunc(got, func(s Suspect) bool { return s.State != "missing" })
	want := []Suspect{{Node: "gone", State: "missing", Volumes: 1, Stuck: []string{"shop/lost-a"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("suspects (-want +got):\n%s", diff)
	}
	if p := recoverNodes(t, []string{"gone"}, world...); p.Verdict == drain.NothingToDo {
		t.Errorf("what is stuck on a machine that is gone is not told: %s", told(p))
	}
	if _, err := PlanRecover(t.Context(), inspect.NewIndex(Snapshot(t, world...)), Scheduler, drain.RecoverRequest{Nodes: []string{"odd"}}); err == nil {
		t.Error("a name that has no data is a machine")
	}
}

// TestSuspectByADirectoryOfWhicheverNode: the only member on a dead node has a volume that can be used everywhere. It is stuck there all the same.
func TestSuspectByADirectoryOfWhicheverNode(t *testing.T) {
	for name, world := range map[string][]any{
		"unreachable": With(Crew(), Node("n1", Unreachable)),
		"gone":        Without(Crew(), "Node n1"),
	} {
		t.Run(name, func(t *testing.T) {
			got := Suspects(inspect.NewIndex(Snapshot(t, All(world, whichever("files"), Consumer("files-a", "n1", "files"))...))).Items
			if len(got) != 1 || got[0].Node != "n1" || got[0].Volumes != 1 || !slices.Equal(got[0].Stuck, []string{"shop/files-a"}) {
				t.Errorf("suspects: %+v", got)
			}
			ended := Consumer("files-a", "n1", "files", Ended)
			if got := Suspects(inspect.NewIndex(Snapshot(t, All(world, whichever("files"), ended)...))).Items; len(got) != 0 && name == "unreachable" {
				t.Errorf("nothing is stuck: %+v", got)
			}
		})
	}
}
