package planner

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// directoryAt makes a volume a directory of whichever node its Pod is on.
func directoryAt(v *corev1.PersistentVolume) {
	Anywhere(v)
	v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/srv/" + v.Name}}
}

// madeFor records for which node a volume was made.
func madeFor(node string) func(*corev1.PersistentVolume) {
	return VolumeAnnotation("local.path.provisioner/selected-node", node)
}

// TestNoMemberMovesToADirectoryWhateverIsRecorded: the scheduler may place it on any, and on another after the next restart, whatever is recorded.
func TestNoMemberMovesToADirectoryWhateverIsRecorded(t *testing.T) {
	const why = "directory is a hostPath without required node affinity, so that a Pod which has it may start on any node"
	for name, v := range map[string]*corev1.PersistentVolume{
		"nothing is recorded": Volume("directory", directoryAt),
		"its node is":         Volume("directory", directoryAt, madeFor("n2")),
	} {
		t.Run(name, func(t *testing.T) {
			world := Without(All(Fleet(), Db()), "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free")
			plan := recoverPlan(t, nil, All(world, v)...)
			if plan.Verdict != drain.Blocked || !strings.Contains(told(plan), why) {
				t.Errorf("recover: %s", told(plan))
			}
			if plan = recoverPlan(t, nil, All(world, v, Free("n2-free"))...); plan.Verdict != drain.Ready || plan.Moves[0].To != "n2-free" {
				t.Errorf("recover, with another: %s", told(plan))
			}
			crew := Without(All(Crew(), Db()), "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free")
			if plan = drainPlan(t, ToMove(), All(crew, v)...); plan.Verdict != drain.Blocked || !strings.Contains(told(plan), why) {
				t.Errorf("drain: %s", told(plan))
			}
		})
	}
}

// TestARecordTellsTheNodeOfADirectory: its member is known, on a node that is there or gone, and the volume is given to nobody before it is held there.
func TestARecordTellsTheNodeOfADirectory(t *testing.T) {
	const hold = `kubectl patch pv n1-data -p '{"spec":{"nodeAffinity":{"required":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"kubernetes.io/hostname","operator":"In","values":["n1"]}]}]}}}}'`
	data := member1(directoryAt, madeFor("n1"))
	gone := Without(With(All(Fleet(), Db()), data), "Node n1")
	for name, plan := range map[string]*drain.Plan{
		"recover": recoverNodes(t, []string{"n1"}, gone...),
		"keep":    drainPlan(t, ToKeep(), With(All(Crew(), Db()), data)...),
		"move":    drainPlan(t, ToMove(), With(All(Crew(), Db()), data)...),
	} {
		text := told(plan)
		if plan.Verdict != drain.Blocked || !strings.Contains(text, "the data is on n1 (local.path.provisioner/selected-node), unless all nodes share the file system of its path") || !strings.Contains(text, hold) {
			t.Errorf("%s: %s", name, text)
		}
	}
	if s := Suspects(inspect.NewIndex(Snapshot(t, gone...))).Items; len(s) != 1 || s[0].Node != "n1" || len(s[0].Stuck) != 1 {
		t.Errorf("suspects: %+v", s)
	}
	if plan := recoverNodes(t, []string{"n1"}, With(gone, member1(On("n1"), madeFor("n1")))...); plan.Verdict != drain.Ready {
		t.Errorf("held: %s", told(plan))
	}
}

// TestADirectoryIsNotGivenBackBeforeItIsHeld: its Pod could start on any node.
func TestADirectoryIsNotGivenBackBeforeItIsHeld(t *testing.T) {
	old := left("old", "data-db-1", directoryAt, madeFor("n0"))
	waiting := With(Without(All(Crew(), Db(), old), "PersistentVolume n1-data"), MemberPod(StatefulSet("db", 3), 1, ""), Claim("data-db-1", WithUID("new")))
	for name, r := range map[string]request{
		"reattach": reattaching(drain.ReattachRequest{Volume: "old"}),
		"reclaim":  reclaiming(drain.ReclaimRequest{Volumes: []string{"old"}, KeepData: true}),
	} {
		plan := planOf(t, r, Snapshot(t, waiting...))
		says(t, plan, drain.Blocked, "blocked Shared []: old is a hostPath without required node affinity: its data is on n0 (local.path.provisioner/selected-node), at /srv/old, unless all nodes share that file system")
		if held := planOf(t, r, Snapshot(t, With(waiting, left("old", "data-db-1", On("n0"), madeFor("n0")))...)); held.Verdict == drain.Blocked {
			t.Errorf("%s: %s", name, told(held))
		}
	}
}

// TestAPodOnAMachineThatIsGoneTellsOfADirectory: nothing is recorded, and the only thing that names the node is the Pod.
func TestAPodOnAMachineThatIsGoneTellsOfADirectory(t *testing.T) {
	plan := recoverNodes(t, []string{"n1"}, Without(With(All(Fleet(), Db()), member1(directoryAt)), "Node n1")...)
	says(t, plan, drain.Blocked, "blocked Shared []: claim shop/data-db-1, bound to n1-data, is left as it is, and so is Pod shop/db-1")
}

// TestFieldsThatKubernetesIgnores: a Pod that gets such a volume may start without its data where other nodes take it.
func TestFieldsThatKubernetesIgnores(t *testing.T) {
	old := left("old", "data-db-1", byFields("n0"))
	waiting := With(Without(All(Crew(), Db(), old), "PersistentVolume n1-data"), MemberPod(StatefulSet("db", 3), 1, ""), Claim("data-db-1", WithUID("new")))
	selects := MemberPod(StatefulSet("db", 3), 1, "", func(p *corev1.Pod) { p.Spec.NodeSelector = map[string]string{"kubernetes.io/hostname": "n0"} })
	cordoned := []any{Node("n1", Cordoned), Node("n2", Cordoned), Node("n3", Cordoned)}
	for name, tc := range map[string]struct {
		world   []any
		verdict drain.Verdict
	}{
		"others take it":          {waiting, drain.Blocked},
		"it selects its node":     {With(waiting, selects), drain.Ready},
		"the others are cordoned": {With(waiting, cordoned...), drain.Ready},
	} {
		for how, r := range map[string]request{
			"reattach": reattaching(drain.ReattachRequest{Volume: "old"}),
			"reclaim":  reclaiming(drain.ReclaimRequest{Volumes: []string{"old"}, KeepData: true}),
		} {
			plan := planOf(t, r, Snapshot(t, tc.world...))
			if text := told(plan); plan.Verdict != tc.verdict || strings.Contains(text, "or let its owner make the Pod select n0") != (tc.verdict == drain.Blocked) {
				t.Errorf("%s, %s: %s", name, how, text)
			}
		}
	}
}

// TestWhatWasNotReadBlocks: without volumes nobody knows whose data is on a node, and without Nodes not where that of a volume is.
func TestWhatWasNotReadBlocks(t *testing.T) {
	volumes := inspect.Gap{Kind: inspect.PersistentVolumes, Reason: "not in the files"}
	nodes := inspect.Gap{Kind: inspect.Nodes, Reason: "not in the files"}
	var none []any
	for _, o := range All(Crew(), Db()) {
		if _, volume := o.(*corev1.PersistentVolume); !volume {
			none = append(none, o)
		}
	}
	for name, r := range map[string]drain.DrainRequest{"keep": ToKeep(), "move": ToMove()} {
		says(t, drainPlan(t, r, All(none, volumes)...), drain.Blocked, "blocked Unknown []: where the data of claims is, is unknown (not in the files)")
		_ = name
	}
	own := All(left("old", "data"), Claim("data"), nodes)
	says(t, planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"old"}, KeepData: true}), Snapshot(t, own...)), drain.Blocked,
		"blocked Unknown []: it is unknown on which node the data of old is: not in the files")
}
