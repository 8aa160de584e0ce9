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

// TestEitherNameOfAMachine: the hostname label is not the name of the Node, which is gone, or lives.
func TestEitherNameOfAMachine(t *testing.T) {
	s := StatefulSet("db", 3)
	world := With(Without(All(Fleet(), Db()), "Node n1"), MemberPod(s, 1, "n1.example"))
	for _, name := range []string{"n1", "n1.example"} {
		p := recoverNodes(t, []string{name}, world...)
		says(t, p, drain.Ready, "shop/db-1 shop/data-db-1: n1-data (n1) -> n3-free (n3)")
		if len(p.RestsOn) != 2 || !strings.Contains(seenOf(p.Evidence[0]), "also called n1") {
			t.Errorf("%s: rests on %v, seen %s", name, p.RestsOn, seenOf(p.Evidence[0]))
		}
	}
	if p := recoverNodes(t, []string{"n1", "n1.example"}, world...); len(p.Evidence) != 1 {
		t.Errorf("one machine is examined %d times", len(p.Evidence))
	}
	recorded := All(Fleet(), Volume("free", On("old"), Provisioned("local-volume-provisioner-old.example-8e2ed93b-6789-4e52-a925-5c075b926c6c")))
	for _, name := range []string{"old", "old.example"} {
		p, err := PlanRecover(t.Context(), inspect.NewIndex(Snapshot(t, recorded...)), Scheduler, drain.RecoverRequest{Nodes: []string{name}, ForgetVolumes: true, Concurrency: 1})
		if err != nil {
			t.Fatal(err)
		}
		says(t, p, drain.Ready, "- delete the volume object free")
		if dead := p.Steps[0].Parameters.Dead(); len(dead) == 0 {
			t.Error("the deletion rests on no node")
		}
	}
	list := Suspects(inspect.NewIndex(Snapshot(t, recorded...))).Items
	if len(list) != 1 || list[0].Node != "old" || strings.Join(list[0].AlsoCalled, " ") != "old.example" || list[0].Volumes != 1 {
		t.Errorf("looks dead: %+v", list)
	}
}

// TestHostnameOfALivingNode: its name is found out; that of several is refused.
func TestHostnameOfALivingNode(t *testing.T) {
	named := With(All(Fleet(), Db(), Volume("x", On("short"))), Node("n1", Unreachable, NodeLabel(corev1.LabelHostname, "short")), member1(On("short")))
	says(t, recoverNodes(t, []string{"short"}, named...), drain.Ready, "shop/db-1 shop/data-db-1: n1-data (n1) -> n3-free (n3)", "n1: ")
	r := ToKeep()
	r.Node = "short"
	says(t, drainPlan(t, r, With(All(Crew(), Db()), Node("n1", NodeLabel(corev1.LabelHostname, "short")), member1(On("short")))...), drain.Ready,
		"note: node n1 is also called short", "shop/db-1 shop/data-db-1: n1-data (n1) -> stays (n1)")
	twins := With(named, Node("n2", NodeLabel(corev1.LabelHostname, "short")))
	if _, err := PlanRecover(t.Context(), inspect.NewIndex(Snapshot(t, twins...)), Scheduler, drain.RecoverRequest{Nodes: []string{"short"}}); err == nil {
		t.Error("one of two nodes was chosen")
	}
}

// TestVolumeThatWaitsForItsDriver: the object is being deleted, and the driver that would finish that was on a machine that is gone.
func TestVolumeThatWaitsForItsDriver(t *testing.T) {
	v := Volume("v", Within(Term(In("topology.topolvm.io/node", "old"))), Has("data", "data-uid"), Phase(Released), Deletes, Deleting, func(v *corev1.PersistentVolume) {
		v.Finalizers = []string{"external-provisioner.volume.kubernetes.io/finalizer", "kubernetes.io/pv-protection"}
		v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "topolvm.io", VolumeHandle: "1"}}
	})
	says(t, recoverNodes(t, []string{"old"}, All(Crew(), v)...), drain.NothingToDo, "done: nothing else is left to do",
		"note: v is being deleted already, and held by finalizer external-provisioner.volume.kubernetes.io/finalizer, which only topolvm.io on old takes off, and that node does not exist any more: "+
			"the object stays until somebody takes it off. external-provisioner.volume.kubernetes.io/finalizer keeps the object until the driver has deleted the storage behind it, "+
			"which nobody does once it is taken off by hand. If that node will not return: "+
			`kubectl patch pv v --type=json -p '[{"op":"test","path":"/metadata/finalizers/0","value":"external-provisioner.volume.kubernetes.io/finalizer"},`+
			`{"op":"remove","path":"/metadata/finalizers/0"}]'`)
	several := v.DeepCopy()
	several.Finalizers = []string{"kubernetes.io/pv-protection", "external-attacher/topolvm-io", "kubernetes.io/pv-controller", "example.com/hold"}
	says(t, recoverNodes(t, []string{"old"}, All(Crew(), several)...), drain.NothingToDo, "note: v is being deleted already")
	if text := told(recoverNodes(t, []string{"old"}, All(Crew(), several)...)); !strings.Contains(text,
		`'[{"op":"test","path":"/metadata/finalizers/3","value":"example.com/hold"},{"op":"remove","path":"/metadata/finalizers/3"},`+
			`{"op":"test","path":"/metadata/finalizers/1","value":"external-attacher/topolvm-io"},{"op":"remove","path":"/metadata/finalizers/1"}]'`) {
		t.Errorf("it takes off more than is named, or less: %s", text)
	}
}
