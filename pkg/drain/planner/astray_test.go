package planner

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
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
		says(t, p, drain.Blocked, "blocked Shared []: claim shop/data-db-1 on n1-data cannot move: the data is on n1 (matchFields:metadata.name)")
		if len(p.Moves) > 0 {
			t.Errorf("it waits for nothing: %v", p.Moves)
		}
		p = drainPlan(t, ToKeep(), All(With(base, astray), Web())...)
		says(t, p, drain.Ready, "note: 1 Pod stays on n1 (left out): shop/db-1")
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
	t.Run("drain, and the Pod waits", func(t *testing.T) {
		waits := With(base, astray, MemberPod(s, 1, ""))
		keep := drainPlan(t, ToKeep(), All(waits, Web())...)
		says(t, keep, drain.Ready, "lost: what claim shop/data-db-1 has on n1-data: the Pod may start elsewhere with the same claim, without it, and it stays on n1")
		says(t, drainPlan(t, ToMove(), waits...), drain.Blocked, "blocked Shared []: claim shop/data-db-1 on n1-data cannot move: the data is on n1 (matchFields:metadata.name)")
	})
	t.Run("drain of the node to which the Pod has strayed", func(t *testing.T) {
		p := drainPlan(t, ToKeep(), With(base, member1(byFields("n2")))...)
		says(t, p, drain.Blocked, "blocked Shared []: claim shop/data-db-1 on n1-data: the data is on n2")
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
	t.Run("listed as waiting", func(t *testing.T) {
		waiting := Without(With(dead, member1(byFields("n1")), MemberPod(s, 1, "")), "Node n1")
		for _, s := range Suspects(inspect.NewIndex(Snapshot(t, waiting...))).Items {
			if s.Node == "n1" && strings.Join(s.Stuck, " ") != "shop/db-1" {
				t.Errorf("stuck on n1: %v", s.Stuck)
			}
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

// TestTwoHomesOfWhichOneIsLeft: nothing says which of them has the data, so the member is left out, and stops nobody else.
func TestTwoHomesOfWhichOneIsLeft(t *testing.T) {
	two := member1(Within(Term(In(corev1.LabelHostname, "n1", "n3"))))
	const left = "claim shop/data-db-1, bound to n1-data, is left as it is, and so is Pod shop/db-1: "
	const perhaps = left + "the data may be on any of n1, n3, and nothing says which of them has it; if"
	const perhapsGone = left + "the data may be on any of n1, n3, of which n1 no longer exists, and nothing says which of them has it; if"
	const might = "claim shop/data-db-1 on n1-data: the data may be on any of n1, n3, and nothing says which of them has it; if Pod shop/db-1 left n1, " +
		"its replacement might start without that data. Scale its owner down first\n"
	says(t, recoverNodes(t, []string{"n1"}, With(All(Fleet(), Db()), two)...), drain.Blocked, "blocked Shared []: "+perhaps)
	says(t, drainPlan(t, ToKeep(), With(All(Crew(), Db()), two)...), drain.Blocked, "blocked Shared []: "+might)
	says(t, drainPlan(t, ToMove(), With(All(Crew(), Db()), two)...), drain.Blocked, "blocked Shared []: "+might)
	twins := With(All(Fleet(), Db()), Node("n3", NodeLabel(corev1.LabelHostname, "n1")))
	says(t, recoverNodes(t, []string{"n1"}, twins...), drain.Blocked, "blocked Shared []: claim shop/data-db-1, bound to n1-data, is left as it is")
	gone := Without(With(All(Fleet(), Db()), two), "Node n1")
	says(t, recoverNodes(t, []string{"n1"}, gone...), drain.Blocked, "blocked Shared []: "+perhapsGone+
		" the data was on the dead node, scale the Pod's owner down first, or cordon n3, since a replacement may start there without it: then delete the Pod (with --force), then ")
	goneToo := With(Without(All(Crew(), Db()), "Node n2"), two, MemberPod(StatefulSet("db", 3), 1, "n2"))
	if text := told(drainPlan(t, ToMove(func(r *drain.DrainRequest) { r.Node = "n3" }), goneToo...)); strings.Contains(text, "a node that stays") {
		t.Errorf("n2 does not exist: %s", text)
	}
	waiting := With(gone, MemberPod(StatefulSet("db", 3), 1, ""))
	says(t, recoverNodes(t, []string{"n1"}, waiting...), drain.Blocked, "blocked Shared []: "+perhapsGone)
	for command, plan := range map[string]*drain.Plan{
		"recover":    recoverNodes(t, []string{"n1"}, With(All(Fleet(), Db(), Queue()), two)...),
		"drain":      drainPlan(t, ToMove(), With(All(Crew(), Db(), Queue(), Web()), two)...),
		"drain keep": drainPlan(t, ToKeep(), With(All(Crew(), Db(), Queue(), Web()), two)...),
	} {
		t.Run(command, func(t *testing.T) {
			says(t, plan, drain.Ready)
			if diff := cmp.Diff([]string{"shop/db-1 StatefulSet/db Shared"}, outOf(plan)); diff != "" {
				t.Errorf("left out (-want +got):\n%s", diff)
			}
			if moved := strings.Join(plan.Members(), " "); moved != "shop/queue-1" {
				t.Errorf("moved: %s", moved)
			}
			for _, s := range plan.Steps {
				if strings.Contains(s.ID, "db-1") || strings.Contains(s.ID, "n1-data") {
					t.Errorf("step %s is about the member that is left out", s.ID)
				}
			}
		})
	}
}

// TestDataPerhapsHereOfAPodThatIsDown: what is left on the node may be the only data of a member that runs nowhere.
func TestDataPerhapsHereOfAPodThatIsDown(t *testing.T) {
	s := StatefulSet("db", 3)
	exists := member1(Within(Term(corev1.NodeSelectorRequirement{Key: "example.com/disk", Operator: corev1.NodeSelectorOpExists})))
	labeled := With(All(Crew(), Db()), Node("n1", NodeLabel("example.com/disk", "x")), exists)
	const doubt = "claim shop/data-db-1 on n1-data is left as it is: "
	for name, world := range map[string][]any{
		"its node is gone": With(labeled, MemberPod(s, 1, "gone")),
		"it waits":         With(All(Crew(), Db()), member1(Within(Term(In(corev1.LabelHostname, "n1", "n3")))), MemberPod(s, 1, "")),
	} {
		t.Run(name, func(t *testing.T) {
			says(t, drainPlan(t, ToMove(), world...), drain.Blocked, "blocked Shared []: "+doubt)
			says(t, drainPlan(t, ToKeep(), world...), drain.Ready, "note: claim shop/data-db-1 on n1-data: ")
			others := drainPlan(t, ToMove(), All(world, Queue())...)
			says(t, others, drain.Ready)
			if diff := cmp.Diff([]string{"shop/db-1 StatefulSet/db Shared"}, outOf(others)); diff != "" {
				t.Errorf("left out (-want +got):\n%s", diff)
			}
			apart := drainPlan(t, ToMove(func(r *drain.DrainRequest) {
				r.Except = []drain.Choice{{Namespace: Ns, Kind: "StatefulSet", Name: "db"}}
			}), All(world, Queue())...)
			says(t, apart, drain.Ready, "note: claim shop/data-db-1 on n1-data: ")
		})
	}
	running := With(All(Crew(), Db()), member1(Within(Term(In(corev1.LabelHostname, "n1", "n3")))), MemberPod(s, 1, "n3"))
	says(t, drainPlan(t, ToMove(), running...), drain.Ready, "note: claim shop/data-db-1 on n1-data: ")
}

// TestUnclearMembersAreChosen: --only and --except work on them as on others, and what is not chosen stops nothing.
func TestUnclearMembersAreChosen(t *testing.T) {
	two := member1(Within(Term(In(corev1.LabelHostname, "n1", "n3"))))
	db := []drain.Choice{{Namespace: Ns, Kind: "StatefulSet", Name: "db"}}
	recovered := recoverPlan(t, func(r *drain.RecoverRequest) { r.Except = db }, With(All(Fleet(), Db(), Queue()), two)...)
	says(t, recovered, drain.Ready, "note: not chosen with --only or --except, and left as it is: shop/db-1")
	drained := drainPlan(t, ToMove(func(r *drain.DrainRequest) { r.Except = db }), With(All(Crew(), Db(), Queue()), two)...)
	says(t, drained, drain.Ready, "note: 1 Pod stays on n1 (not chosen with --only or --except): shop/db-1")
	if len(recovered.LeftOut)+len(drained.LeftOut) > 0 {
		t.Errorf("left out: %v, %v", outOf(recovered), outOf(drained))
	}
	says(t, recoverPlan(t, func(r *drain.RecoverRequest) { r.Only = db }, With(All(Fleet(), Db(), Queue()), two)...), drain.Blocked, "blocked Shared []: claim shop/data-db-1")
	_, err := PlanRecover(t.Context(), inspect.NewIndex(Snapshot(t, With(All(Fleet(), Db()), two)...)), Scheduler,
		drain.RecoverRequest{Nodes: []string{"n1"}, Except: []drain.Choice{{Namespace: "nowhere"}}})
	if err == nil || !strings.Contains(err.Error(), "known=shop/StatefulSet/db") {
		t.Errorf("what can be chosen does not name it: %v", err)
	}
}

// TestUnclearClaimBesidesAnother: a member cannot move without one of its claims, and the volume of the other stays too.
func TestUnclearClaimBesidesAnother(t *testing.T) {
	logs := Volume("n1-logs", Within(Term(In(corev1.LabelHostname, "n1", "n3"))), Has("logs-db-1", "logs-db-1-uid"))
	world := All(Db(WithTemplate("logs")), Queue())
	for command, plan := range map[string]*drain.Plan{
		"recover": recoverPlan(t, func(r *drain.RecoverRequest) { r.ForgetVolumes = true }, With(All(Fleet(), world), logs)...),
		"drain":   drainPlan(t, ToMove(), With(All(Crew(), world), logs)...),
	} {
		t.Run(command, func(t *testing.T) {
			if diff := cmp.Diff([]string{"shop/db-1 StatefulSet/db Shared"}, outOf(plan)); diff != "" {
				t.Errorf("left out (-want +got):\n%s", diff)
			}
			for _, s := range plan.Steps {
				if strings.Contains(s.ID, "db-1") || strings.Contains(s.ID, "n1-data") {
					t.Errorf("step %s is about the member that is left out", s.ID)
				}
			}
		})
	}
}

// TestVolumesAreForgottenBesidesAMemberThatStays: that no member can move stops nothing else that was asked for.
func TestVolumesAreForgottenBesidesAMemberThatStays(t *testing.T) {
	two := member1(Within(Term(In(corev1.LabelHostname, "n1", "n3"))))
	plan := recoverPlan(t, func(r *drain.RecoverRequest) { r.ForgetVolumes = true }, All(With(All(Fleet(), Db()), two), Volume("n1-old", On("n1"), Has("old", "old-uid"), Phase(Released)))...)
	says(t, plan, drain.Ready, "- delete the volume object n1-old")
	if diff := cmp.Diff([]string{"shop/db-1 StatefulSet/db Shared"}, outOf(plan)); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
}

// TestSeveralPodsOfAnUnclearClaim: of the Pods that use a directory of whichever node, only that of this node stays there.
func TestSeveralPodsOfAnUnclearClaim(t *testing.T) {
	anywhere := func(v *corev1.PersistentVolume) {
		Anywhere(v)
		v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/d"}}
	}
	world := All(Crew(), Db(), ReplicaSet("files-1", 2, "files"), Claim("files", BoundTo("files")), Volume("files", Has("files", "files-uid"), anywhere),
		Consumer("files-1-a", "n3", "files", ControlledBy("ReplicaSet", "files-1")), Consumer("files-1-b", "n1", "files", ControlledBy("ReplicaSet", "files-1")))
	for name, r := range map[string]drain.DrainRequest{"keep": ToKeep(), "move": ToMove()} {
		t.Run(name, func(t *testing.T) {
			plan := drainPlan(t, r, world...)
			says(t, plan, drain.Ready, "note: 1 Pod stays on n1 (left out): shop/files-1-b")
			if len(plan.LeftOut) != 1 || plan.LeftOut[0].Member != "shop/files-1-b" {
				t.Errorf("left out: %v", outOf(plan))
			}
		})
	}
	if plan := drainPlan(t, ToMove(Selecting("app=db")), world...); len(plan.LeftOut) > 0 {
		t.Errorf("what is not evicted is left out: %v", outOf(plan))
	}
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
			says(t, drainPlan(t, ToKeep(), With(All(Crew(), Db()), member1(edit))...), drain.Blocked, "blocked Shared []: claim shop/data-db-1 on n1-data: on which node the data is, is unknown")
			says(t, recoverNodes(t, []string{"n1"}, With(All(Fleet(), Db()), member1(edit))...), drain.Blocked, "blocked Shared []: claim shop/data-db-1, bound to n1-data")
			for _, s := range Suspects(inspect.NewIndex(Snapshot(t, With(All(Fleet(), Db(), Queue()), member1(edit))...))).Items {
				if s.Node == "n1" && strings.Join(s.Stuck, " ") != "shop/queue-1 shop/db-1" {
					t.Errorf("stuck on n1: %v", s.Stuck)
				}
			}
		})
	}
	network := member1(func(v *corev1.PersistentVolume) {
		Within(Term(In("example.com/zone", "z")))(v)
		v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "ebs.csi.aws.com"}}
	})
	if p := drainPlan(t, ToKeep(), With(All(Crew(), Db()), network)...); len(p.Losses)+len(p.LeftOut)+len(p.Blockers) > 0 {
		t.Errorf("a network disk is on no node: %v", p.Losses)
	}
}

// whichever is a claim that is bound to a directory of whichever node its Pod is on, and that volume.
func whichever(name string) []any {
	return HeldBy(name, name, "", Anywhere, func(v *corev1.PersistentVolume) {
		v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/srv/" + name}}
	})
}

// TestDirectoryOfWhicheverNodeOnADeadNode: the replacement of the Pod would start elsewhere with an empty directory, so nobody is told to delete the
// Pod before the volume says where its data is.
func TestDirectoryOfWhicheverNodeOnADeadNode(t *testing.T) {
	const first = "so first set spec.nodeAffinity of n1-data to the node that has it, which can be done once: if that is n1, kubectl patch pv n1-data -p " +
		`'{"spec":{"nodeAffinity":{"required":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"kubernetes.io/hostname","operator":"In","values":["first.example"]}]}]}}}}', then run this command again`
	directory := member1(Anywhere, func(v *corev1.PersistentVolume) {
		v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/srv/db"}}
	})
	world := With(All(Fleet(), Db()), Node("n1", Unreachable, NodeLabel(corev1.LabelHostname, "first.example")), directory)
	plan := recoverNodes(t, []string{"n1"}, world...)
	says(t, plan, drain.Blocked, "blocked Shared []: claim shop/data-db-1, bound to n1-data, is left as it is, and so is Pod shop/db-1: on which node the data is, is unknown")
	if text := told(plan); !strings.Contains(text, first) || strings.Contains(text, "localpv release") {
		t.Errorf("it tells another order:\n%s", text)
	}
	says(t, recoverNodes(t, []string{"n1"}, With(world, member1(On("first.example")))...), drain.Ready, "shop/db-1 shop/data-db-1: n1-data (n1) -> n3-free (n3)")
}

// TestPodOnANodeThatIsNoneOfSeveral: the affinity names nodes in a way that the scheduler ignores, and the Pod is on another. What it has written there,
// and what is on those, is left by its replacement.
func TestPodOnANodeThatIsNoneOfSeveral(t *testing.T) {
	fields := func(nodes ...string) func(*corev1.PersistentVolume) {
		return Within(corev1.NodeSelectorTerm{MatchFields: []corev1.NodeSelectorRequirement{In(metav1.ObjectNameField, nodes...)}})
	}
	terms := Within(corev1.NodeSelectorTerm{MatchFields: []corev1.NodeSelectorRequirement{In(metav1.ObjectNameField, "n2")}},
		corev1.NodeSelectorTerm{MatchFields: []corev1.NodeSelectorRequirement{In(metav1.ObjectNameField, "n3")}})
	for name, v := range map[string]*corev1.PersistentVolume{
		"one": member1(fields("n2")), "two terms": member1(terms), "two names, which matches nothing": member1(fields("n2", "n3")), "one of them gone": member1(fields("n2", "n9")),
	} {
		for mode, r := range map[string]drain.DrainRequest{"keep": ToKeep(), "move": ToMove()} {
			t.Run(name+", "+mode, func(t *testing.T) {
				plan := drainPlan(t, r, All(With(All(Crew(), Db()), v), Web())...)
				says(t, plan, drain.Ready, "note: 1 Pod stays on n1 (left out): shop/db-1")
			})
		}
		says(t, recoverNodes(t, []string{"n1"}, With(All(Fleet(), Db()), v)...), drain.Blocked, "blocked Shared []: claim shop/data-db-1")
	}
}

// TestDataElsewhereThanOnTheDeadNode: the Pod may start on several nodes, of which one has its data.
func TestDataElsewhereThanOnTheDeadNode(t *testing.T) {
	const cordon = "if it is elsewhere, cordon those of these nodes that do not have it, then delete the Pod"
	for want, v := range map[bool]*corev1.PersistentVolume{
		true:  member1(Within(Term(In(corev1.LabelHostname, "n1", "n2", "n3")))),
		false: member1(Within(Term(In(corev1.LabelHostname, "n1", "n3")))),
	} {
		if text := told(recoverNodes(t, []string{"n1"}, With(All(Fleet(), Db()), v)...)); strings.Contains(text, cordon) != want || strings.Contains(text, "deleting the Pod is enough") == want {
			t.Errorf("several: %v\n%s", want, text)
		}
	}
}

// TestClaimWithoutPodThatNothingHolds: no Pod can start without the data, since none uses the claim.
func TestClaimWithoutPodThatNothingHolds(t *testing.T) {
	world := All(Fleet(), Queue(), HeldBy("data-db-2", "n1-left", "", byFields("n1")))
	plan := recoverNodes(t, []string{"n1"}, world...)
	says(t, plan, drain.Ready, "note: claim shop/data-db-2")
	if text := told(plan); len(plan.LeftOut) > 0 || !strings.Contains(text, "kubectl localpv release pvc/data-db-2 -n shop") || strings.Contains(text, "Scale its owner down") {
		t.Errorf("left out %v:\n%s", plan.LeftOut, text)
	}
	alone := recoverNodes(t, []string{"n1"}, Without(world, "Pod shop/queue-1", "PersistentVolumeClaim shop/data-queue-1")...)
	if alone.Verdict == drain.Blocked {
		t.Errorf("nothing is to be moved: %s", told(alone))
	}
	for name, r := range map[string]drain.DrainRequest{"keep": ToKeep(), "move": ToMove()} {
		drained := drainPlan(t, r, All(Crew(), Queue(), HeldBy("data-db-2", "n1-left", "", byFields("n1")))...)
		if drained.Verdict != drain.Ready || len(drained.LeftOut) > 0 {
			t.Errorf("drain, %s: left out %v\n%s", name, drained.LeftOut, told(drained))
		}
	}
}
