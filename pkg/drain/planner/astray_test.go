package planner

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// byFields pins a volume to a Node by matchFields alone, which the scheduler does not evaluate for volumes.
func byFields(node string) func(*corev1.PersistentVolume) {
	return Within(corev1.NodeSelectorTerm{MatchFields: []corev1.NodeSelectorRequirement{In(metav1.ObjectNameField, node)}})
}

// recoverNodes plans to recover nodes, fenced, whose leases did not move.
func recoverNodes(t *testing.T, nodes []string, world ...any) *drain.Plan {
	t.Helper()
	s := Snapshot(t, world...)
	p, err := PlanRecover(t.Context(), inspect.NewIndex(s), Scheduler, drain.RecoverRequest{Nodes: nodes, UnreachableFor: 5 * time.Minute, Fenced: true, Concurrency: 4,
		Earlier: &liveness.LeaseSample{At: Now().Add(-21 * time.Second), Leases: s.Leases}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// says wants a Plan to have the verdict and lines that begin so.
func says(t *testing.T, p *drain.Plan, verdict drain.Verdict, lines ...string) {
	t.Helper()
	text := "\n" + told(p)
	if p.Verdict != verdict {
		t.Errorf("verdict %s, want %s", p.Verdict, verdict)
	}
	for _, l := range lines {
		if !strings.Contains(text, "\n"+l) {
			t.Errorf("no line %q", l)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

// member1 is the volume of the member of the set that runs on n1, changed.
func member1(edits ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
	return Volume("n1-data", append([]func(*corev1.PersistentVolume){On("n1"), Has("data-db-1", "data-db-1-uid")}, edits...)...)
}

// TestDataThatNothingHoldsIsNotSkipped: the volume names its node in a way that the scheduler ignores. Once the Pod is gone from there,
// its replacement starts wherever there is room, without its data.
func TestDataThatNothingHoldsIsNotSkipped(t *testing.T) {
	s := StatefulSet("db", 3)
	base, astray := All(Crew(), Db()), member1(byFields("n1"))
	dead := All(Fleet(), Db())
	t.Run("drain keeps the claim", func(t *testing.T) {
		p := drainPlan(t, ToKeep(), With(base, astray)...)
		says(t, p, drain.Ready, "lost: what claim shop/data-db-1 has on n1-data: the Pod may start elsewhere with the same claim, without it, and it stays on n1")
		if len(p.Moves) > 0 {
			t.Errorf("it waits for nothing: %v", p.Moves)
		}
	})
	t.Run("drain moves the claim", func(t *testing.T) {
		p := drainPlan(t, ToMove(), With(base, astray)...)
		says(t, p, drain.Blocked, "blocked Shared []: claim shop/data-db-1 on n1-data cannot move: the data is on n1 (matchFields:metadata.name)")
	})
	t.Run("drain, and the Pod runs elsewhere", func(t *testing.T) {
		away := With(base, astray, MemberPod(s, 1, "n3"))
		const line = "claim shop/data-db-1 on n1-data: the data is on n1 (matchFields:metadata.name), and Kubernetes ignores matchFields in the node affinity of a volume, " +
			"which does not keep Pods there; Pod shop/db-1 uses it on n3, without that data"
		says(t, drainPlan(t, ToKeep(), away...), drain.Ready, "note: "+line)
		says(t, drainPlan(t, ToMove(), away...), drain.Blocked, "blocked Shared []: "+line)
	})
	t.Run("drain of the node to which the Pod has strayed", func(t *testing.T) {
		p := drainPlan(t, ToKeep(), With(base, member1(byFields("n2")))...)
		says(t, p, drain.Ready, "lost: what claim shop/data-db-1 has on n1-data, if the Pod starts elsewhere", "note: claim shop/data-db-1 on n1-data: the data is on n2")
	})
	t.Run("recover", func(t *testing.T) {
		says(t, recoverNodes(t, []string{"n1"}, With(dead, astray)...), drain.Blocked, "blocked Shared []: claim shop/data-db-1 on n1-data cannot move")
		says(t, recoverNodes(t, []string{"n1"}, With(dead, astray, MemberPod(s, 1, "n3"))...), drain.Blocked, "blocked Shared []: claim shop/data-db-1 on n1-data: the data is on n1")
	})
	t.Run("recover, and the Node is gone", func(t *testing.T) {
		says(t, recoverNodes(t, []string{"n1"}, Without(With(dead, astray), "Node n1")...), drain.Blocked, "blocked Shared []: claim shop/data-db-1 on n1-data cannot move")
	})
	t.Run("no member moves to such a volume", func(t *testing.T) {
		p := drainPlan(t, ToMove(), With(Without(base, "PersistentVolume n0-free", "PersistentVolume n2-free"), Volume("n3-free", byFields("n1")))...)
		if len(p.Moves) != 1 || p.Moves[0].To != "" {
			t.Errorf("moves %+v", p.Moves)
		}
	})
	t.Run("listed", func(t *testing.T) {
		for _, s := range Suspects(inspect.NewIndex(Snapshot(t, With(dead, astray)...))).Items {
			if s.Node == "n1" && s.Volumes == 1 {
				return
			}
		}
		t.Error("n1 does not look dead")
	})
}

// TestLostLabelHidesNoMember: no Node matches the volume any more, and its data is still on n1.
func TestLostLabelHidesNoMember(t *testing.T) {
	const key = "openebs.io/nodename"
	driver := func(v *corev1.PersistentVolume) {
		v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "local.csi.openebs.io", VolumeHandle: v.Name}}
	}
	world := With(All(Crew(), Db()), member1(Within(Term(In(key, "n1"))), driver))
	keep := drainPlan(t, ToKeep(), world...)
	says(t, keep, drain.Ready, "shop/db-1 shop/data-db-1: n1-data (n1) -> stays (n1)",
		"note: the data of claim shop/data-db-1 is on n1, and no Pod can use n1-data there as things stand: node n1, which the volume means, has no label openebs.io/nodename, "+
			"and the volume asks for openebs.io/nodename=n1. To put the label back: kubectl label node n1 openebs.io/nodename=n1")
	move := drainPlan(t, ToMove(), world...)
	says(t, move, drain.Ready, "shop/db-1 shop/data-db-1: n1-data (n1) -> ", "note: the data of claim shop/data-db-1 is on n1")
	for _, s := range move.Steps {
		if record, ok := s.Parameters.(*drain.RecordParameters); ok && record.Annotations[retain.AnnMovedFrom] != "n1" {
			t.Errorf("recorded %v: the next run would not know its own work", record.Annotations)
		}
	}
}

// TestTwoHomesOfWhichOneIsLeft: nothing says which of them has the data, so that nothing moves, and it is said.
func TestTwoHomesOfWhichOneIsLeft(t *testing.T) {
	two := member1(Within(Term(In(corev1.LabelHostname, "n1", "n3"))))
	p := recoverNodes(t, []string{"n1"}, With(All(Fleet(), Db()), two)...)
	says(t, p, drain.NothingToDo, "done: nothing else is left to do",
		"note: claim shop/data-db-1, bound to n1-data, is left as it is, and so is Pod shop/db-1: the volume can be used on n1, n3, and nothing says which of them has the data.")
	says(t, drainPlan(t, ToKeep(), With(All(Crew(), Db()), two)...), drain.Ready, "lost: what claim shop/data-db-1 has on n1-data, if the Pod starts elsewhere")
	says(t, drainPlan(t, ToMove(), With(All(Crew(), Db()), two)...), drain.Ready, "lost: what claim shop/data-db-1 has on n1-data, if the Pod starts elsewhere",
		"next: n1 may still have the data of claim shop/data-db-1")
	twins := With(All(Fleet(), Db()), Node("n3", NodeLabel(corev1.LabelHostname, "n1")))
	says(t, recoverNodes(t, []string{"n1"}, twins...), drain.NothingToDo, "done: nothing else is left to do", "note: claim shop/data-db-1, bound to n1-data, is left as it is")
}

// TestUnknownHomeOfAPodOnTheNode: the data of its claim may be there.
func TestUnknownHomeOfAPodOnTheNode(t *testing.T) {
	for name, edit := range map[string]func(*corev1.PersistentVolume){
		"no Node has the label": Within(Term(In("example.com/pool", "p1"))),
		"a directory of whichever node": func(v *corev1.PersistentVolume) {
			Anywhere(v)
			v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/d"}}
		},
		"an affinity that matches nothing": Within(),
	} {
		t.Run(name, func(t *testing.T) {
			says(t, drainPlan(t, ToKeep(), With(All(Crew(), Db()), member1(edit))...), drain.Ready, "lost: what claim shop/data-db-1 has on n1-data, if the Pod starts elsewhere", "note: claim shop/data-db-1 on n1-data: on which node the data is, is unknown")
			says(t, recoverNodes(t, []string{"n1"}, With(All(Fleet(), Db()), member1(edit))...), drain.NothingToDo, "done: nothing else is left to do", "note: claim shop/data-db-1, bound to n1-data")
		})
	}
	network := member1(func(v *corev1.PersistentVolume) {
		Within(Term(In("example.com/zone", "z")))(v)
		v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "ebs.csi.aws.com"}}
	})
	if p := drainPlan(t, ToKeep(), With(All(Crew(), Db()), network)...); len(p.Losses) > 0 {
		t.Errorf("a network disk is on no node: %v", p.Losses)
	}
}

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
		"note: short is the hostname of node n1", "shop/db-1 shop/data-db-1: n1-data (n1) -> stays (n1)")
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
		"note: v is being deleted already, and held by finalizer external-provisioner.volume.kubernetes.io/finalizer, which only topolvm.io on old takes off, and that node does not exist any more")
}
