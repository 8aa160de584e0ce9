package planner

import (
	"fmt"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// resumedCases are about what an earlier run has left, cut off anywhere.
func resumedCases() []recoverCase {
	one := All(Fleet(), Db())
	s := StatefulSet("db", 3)
	gone := Claim("data-db-1", BoundTo("n1-data"))
	let := Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Phase(Released), RecoveredFrom("n1"), SavedFrom(gone))
	kept := func(name string, claim string) *corev1.PersistentVolume {
		host, _, _ := strings.Cut(name, "-")
		return Volume(name, On(host), heldFor(claim))
	}
	newClaim := Claim("data-db-1", BoundTo("n3-free"), WithUID("new-uid"))
	taken := Volume("n3-free", On("n3"), Has("data-db-1", "new-uid"))
	wal := All(Fleet(), Db(WithTemplate("wal")), Free("n3-free2", "n2-free2"))
	walset := StatefulSet("db", 3, WithTemplate("wal"))
	return []recoverCase{
		{name: "again, volume kept and pod gone", world: With(one, Node("n1", Unreachable, Cordoned), MemberPod(s, 1, ""), Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), RecoveredFrom("n1"), SavedFrom(gone))),
			verdict: drain.Ready, steps: []string{"await-unused db-1", "reserve-volume n3-free", "delete-claim data-db-1", "await-released n1-data", "await-ready db-1"}},
		{name: "again, volume reserved", world: With(one, MemberPod(s, 1, ""), kept("n2-free", "data-db-1")),
			verdict: drain.Ready, moves: []string{"data-db-1 > n2-free (n2)"}, steps: []string{"cordon-node n1", "retain-volume n1-data", "await-unused db-1", "delete-claim data-db-1", "await-released n1-data", "await-ready db-1"}},
		{name: "again, reserved where it no longer fits", world: With(one, MemberPod(s, 1, ""), Node("n2", Cordoned), kept("n2-free", "data-db-1")),
			verdict: drain.Ready, moves: []string{"data-db-1 > n3-free (n3)"},
			steps: []string{"cordon-node n1", "retain-volume n1-data", "await-unused db-1", "open-volume n2-free", "reserve-volume n3-free", "delete-claim data-db-1", "await-released n1-data", "await-ready db-1"}},
		{name: "again, reserved on a node that is dead too", world: With(one, Node("n3", Unreachable), kept("n3-free", "data-db-1")), ask: func(r *drain.RecoverRequest) { r.Nodes = []string{"n1", "n3"} },
			verdict: drain.Ready, moves: []string{"data-db-1 > n0-free (n0)"}},
		{name: "again, claim gone and not recreated", world: With(Without(one, "PersistentVolumeClaim shop/data-db-1"), MemberPod(s, 1, ""), let, kept("n3-free", "data-db-1")),
			verdict: drain.Ready, moves: []string{"data-db-1 > n3-free (n3)"}, steps: []string{"cordon-node n1", "await-ready db-1"}},
		{name: "again, standalone claim gone", world: All(Fleet(), ReplicaSet("web-1", 1, "web"), Consumer("web-1-b", "", "data-db-1", ControlledBy("ReplicaSet", "web-1")), let, Without(Free("n9-x"), "PersistentVolume n9-x")),
			verdict: drain.Ready, moves: []string{"data-db-1 > n0-free (n0)"}, steps: []string{"cordon-node n1", "reserve-volume n0-free", "create-claim data-db-1", "await-ready "}},
		{name: "again, claim bound and pod not ready", world: With(one, newClaim, let, taken, MemberPod(s, 1, "n3", terminatedNot)), verdict: drain.Ready, moves: []string{"data-db-1 > n3-free (n3)"}, steps: []string{"await-ready db-1"}},
		{name: "again, all done", world: With(one, newClaim, let, taken, MemberPod(s, 1, "n3")), verdict: drain.NothingToDo},
		{name: "again, moved to a node that died", world: With(one, Node("n3", Unreachable), newClaim, let, taken, MemberPod(s, 1, "n3", Terminating)), verdict: drain.NothingToDo},
		{name: "again, moved to a node that died, both", world: With(one, Node("n3", Unreachable), newClaim, let, taken, MemberPod(s, 1, "n3", Terminating)), ask: func(r *drain.RecoverRequest) { r.Nodes = []string{"n1", "n3"} },
			verdict: drain.Ready, moves: []string{"data-db-1 > n0-free (n0)"}},
		{name: "again, one claim of two moved", world: With(wal, newClaim, let, taken, MemberPod(walset, 1, "")), verdict: drain.Ready, moves: []string{"data-db-1 > n3-free (n3)", "wal-db-1 > n3-free2 (n3)"},
			steps: []string{"cordon-node n1", "retain-volume n1-wal", "reserve-volume n3-free2", "await-unused db-1", "delete-claim wal-db-1", "await-released n1-wal", "await-ready db-1"}},
		{name: "again, both volumes of a member reserved", world: With(wal, kept("n3-free2", "data-db-1"), kept("n3-free", "wal-db-1"), MemberPod(walset, 1, "")), verdict: drain.Ready,
			moves: []string{"data-db-1 > n3-free2 (n3)", "wal-db-1 > n3-free (n3)"}, steps: []string{"cordon-node n1", "retain-volume n1-data", "retain-volume n1-wal", "await-unused db-1",
				"delete-claim data-db-1", "await-released n1-data", "delete-claim wal-db-1", "await-released n1-wal", "await-ready db-1"}},
		{name: "again, one claim reserved twice", world: With(one, MemberPod(s, 1, ""), kept("n2-free", "data-db-1"), kept("n3-free", "data-db-1")), verdict: drain.Ready, moves: []string{"data-db-1 > n2-free (n2)"},
			steps: []string{"cordon-node n1", "retain-volume n1-data", "await-unused db-1", "open-volume n3-free", "delete-claim data-db-1", "await-released n1-data", "await-ready db-1"}},
		{name: "again, a relocated member's place is kept", world: With(Without(threeOn("n1", "n1", "n0"), "PersistentVolumeClaim shop/data-db-0", "Pod shop/db-0"), StatefulSet("db", 3, Apart),
			Claim("data-db-0", BoundTo("n2-free"), WithUID("new-uid")), Volume("n2-free", On("n2"), Has("data-db-0", "new-uid")),
			Volume("n1-data0", On("n1"), Has("data-db-0", "data-db-0-uid"), Phase(Released), RecoveredFrom("n1"), SavedFrom(Claim("data-db-0", BoundTo("n1-data0")))),
			MemberPod(StatefulSet("db", 3, Apart), 1, "n1"), MemberPod(StatefulSet("db", 3, Apart), 2, "n0")), ask: func(r *drain.RecoverRequest) { r.AcceptDataLoss = claims("data-db-1") },
			verdict: drain.Ready, moves: []string{"data-db-0 > n2-free (n2)", "data-db-1 > n3-free (n3)"}},
		{name: "again, bare pod deleted", world: All(Fleet(), Claim("files", BoundTo("n1-files")), begun("n1-files", "files")), ask: func(r *drain.RecoverRequest) { r.AcceptDataLoss = claims("files") },
			verdict: drain.Ready, moves: []string{"files > n0-free (n0)"}, steps: []string{"cordon-node n1", "await-unused ", "reserve-volume n0-free", "delete-claim files", "await-released n1-files", "create-claim files"}},
		{name: "again, one of two bare pods deleted", world: All(Fleet(), Claim("files", BoundTo("n1-files")), begun("n1-files", "files"), Consumer("other", "n1", "files")), ask: func(r *drain.RecoverRequest) { r.AcceptDataLoss = claims("files") },
			verdict: drain.Ready, steps: []string{"cordon-node n1", "retain-volume n1-files", "force-delete-pod other", "await-unused ", "reserve-volume n0-free", "delete-claim files", "await-released n1-files", "create-claim files"}},
		{name: "again, long after, when nobody wants the claim any more", world: All(Fleet(), Volume("n1-files", On("n1"), Has("files", "files-uid"), Phase(Released), SavedFrom(Claim("files")), RecoveredFrom("n1"))), verdict: drain.NothingToDo},
		{name: "again, while the member is about to run", world: All(Fleet(), ReplicaSet("web-1", 1, "web"), Volume("n1-files", On("n1"), Has("files", "files-uid"), Phase(Released), SavedFrom(Claim("files")), RecoveredFrom("n1")),
			Consumer("web-1-b", "n3", "files", ControlledBy("ReplicaSet", "web-1"))), verdict: drain.NothingToDo},
		{name: "again, bare pod and its claim deleted", world: All(Fleet(), begun("n1-files", "files")), verdict: drain.Ready, moves: []string{"files > n0-free (n0)"},
			steps: []string{"cordon-node n1", "reserve-volume n0-free", "await-released n1-files", "create-claim files"}},
		{name: "again, owner gone meanwhile", world: All(Fleet(), Consumer("web-1-b", "", "data-db-1", ControlledBy("ReplicaSet", "web-1")), let), verdict: drain.NothingToDo},
		{name: "released by hand is not resumed", world: All(Fleet(), Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Phase(Released), SavedFrom(gone))), verdict: drain.NothingToDo},
		{name: "forget volumes", world: one, ask: func(r *drain.RecoverRequest) { r.ForgetVolumes = true }, verdict: drain.Ready,
			steps: append(append([]string{"cordon-node n1"}, once("data-db-1", "n1-data", "db-1", "n3-free")...), "forget-volume n1-data")},
		{name: "only volumes to forget", world: All(Fleet(), Volume("n1-spare", On("n1"))), ask: func(r *drain.RecoverRequest) { r.ForgetVolumes = true }, verdict: drain.Ready, steps: []string{"forget-volume n1-spare"}},
		{name: "nothing left on a node that is not fenced", world: Fleet(), ask: func(r *drain.RecoverRequest) { r.Fenced = false }, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedUnfenced}},
	}
}

// begun is a volume of n1 from which an earlier run had deleted the bare Pod called tool.
func begun(name, claimName string) *corev1.PersistentVolume {
	tool := inspect.StripPod(Consumer("tool", "", claimName))
	text, err := retain.EncodePods([]*corev1.Pod{tool})
	if err != nil {
		text = err.Error()
	}
	return Volume(name, On("n1"), Has(claimName, claimName+"-uid"), RecoveredFrom("n1"), SavedFrom(Claim(claimName, BoundTo(name))), VolumeAnnotation(retain.AnnDeletedPod, text))
}

// terminatedNot takes Ready from a Pod.
func terminatedNot(p *corev1.Pod) { p.Status.Conditions[0].Status = corev1.ConditionFalse }

func heldFor(claim string) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) {
		v.Spec.ClaimRef = &corev1.ObjectReference{APIVersion: "v1", Kind: drain.KindClaim, Namespace: Ns, Name: claim}
	}
}

// placeCases are about where members can go, all of them together.
func placeCases() []recoverCase {
	one := All(Fleet(), Db())
	lone := Without(one, "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free")
	size := func(name, size string, edits ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
		host, _, _ := strings.Cut(name, "-")
		return Volume(name, append(edits, On(host), Sized(size))...)
	}
	accept := func(names ...string) func(*drain.RecoverRequest) {
		return func(r *drain.RecoverRequest) { r.AcceptDataLoss = claims(names...) }
	}
	return []recoverCase{
		{name: "no volume is left", world: lone, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedNowhere}, moves: []string{"data-db-1 > nowhere"}},
		{name: "no volume is left, allowed", world: lone, ask: func(r *drain.RecoverRequest) { r.AllowPending = true }, verdict: drain.Ready,
			steps: []string{"cordon-node n1", "retain-volume n1-data", "force-delete-pod db-1", "await-unused db-1", "delete-claim data-db-1", "await-released n1-data"}},
		{name: "volume fits and cpu does not", world: With(All(lone, Free("n3-free")), Node("n3", Allows(corev1.ResourceCPU, "500m"))), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedNowhere}},
		{name: "apart from siblings", world: With(Without(All(Fleet(), Db(Apart)), "PersistentVolume n3-free")), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedNowhere}},
		{name: "target not ready though untainted", world: With(All(lone, Free("n3-free")), Node("n3", Condition(corev1.ConditionUnknown, time.Second))), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedNowhere}},
		{name: "pinned by its template", world: All(Fleet(), replicaSetPinned("web-1", "n1"), HeldBy("files", "n1-files", "n1"), Consumer("web-1-a", "n1", "files", ControlledBy("ReplicaSet", "web-1"))),
			ask: accept("files"), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedNowhere}},
		// small takes any volume, big only the large one: taken in order and the smallest node name first, small would take it.
		{name: "the second needs what the first would take", world: All(Without(Fleet(), "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free"),
			StatefulSet("a", 1), StatefulSet("b", 1, asks("200Gi")), MemberPod(StatefulSet("a", 1), 0, "n1"), MemberPod(StatefulSet("b", 1, asks("200Gi")), 0, "n1"),
			HeldBy("data-a-0", "n1-a", "n1"), heldClaim("data-b-0", "n1-b", "200Gi"), size("n0-x", "300Gi"), size("n3-y", "100Gi")), ask: accept("data-a-0", "data-b-0"),
			verdict: drain.Ready, moves: []string{"data-a-0 > n3-y (n3)", "data-b-0 > n0-x (n0)"}},
		// One node, two volumes of one size: a takes either, b only the one with the label.
		{name: "the second needs the volume that the first would take", world: All(Without(Fleet(), "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free"),
			StatefulSet("a", 1), StatefulSet("b", 1, picks("fast")), MemberPod(StatefulSet("a", 1), 0, "n1"), MemberPod(StatefulSet("b", 1, picks("fast")), 0, "n1"),
			HeldBy("data-a-0", "n1-a", "n1"), pickyClaim("data-b-0", "n1-b"), size("n3-a", "100Gi", VolumeLabel("tier", "fast")), size("n3-b", "100Gi")), ask: accept("data-a-0", "data-b-0"),
			verdict: drain.Ready, moves: []string{"data-a-0 > n3-b (n3)", "data-b-0 > n3-a (n3)"}},
		{name: "not enough for both", world: All(Without(Fleet(), "PersistentVolume n0-free", "PersistentVolume n2-free"), StatefulSet("a", 1), StatefulSet("b", 1), MemberPod(StatefulSet("a", 1), 0, "n1"), MemberPod(StatefulSet("b", 1), 0, "n1"),
			HeldBy("data-a-0", "n1-a", "n1"), HeldBy("data-b-0", "n1-b", "n1")), ask: accept("data-a-0", "data-b-0"), verdict: drain.Ready,
			moves: []string{"data-a-0 > n3-free (n3)"}},
		{name: "two nodes at once", world: With(threeOn("n0", "n1", "n2"), Node("n2", Unreachable)), ask: func(r *drain.RecoverRequest) {
			r.Nodes, r.AcceptDataLoss = []string{"n1", "n2"}, claims("data-db-1", "data-db-2")
		}, verdict: drain.Ready, moves: []string{"data-db-1 > n3-free (n3)", "data-db-2 > n0-free (n0)"}},
		{name: "spread over nodes", world: All(Fleet(), Free("n3-a", "n3-b", "n3-c"), StatefulSet("db", 4, Parallel), MemberPod(StatefulSet("db", 4), 0, "n1"), MemberPod(StatefulSet("db", 4), 1, "n1"), MemberPod(StatefulSet("db", 4), 2, "n1"), MemberPod(StatefulSet("db", 4), 3, "n0"),
			HeldBy("data-db-0", "n1-0", "n1"), HeldBy("data-db-1", "n1-1", "n1"), HeldBy("data-db-2", "n1-2", "n1"), HeldBy("data-db-3", "n0-3", "n0")), ask: accept("data-db-0", "data-db-1", "data-db-2"),
			verdict: drain.Ready, moves: []string{"data-db-0 > n2-free (n2)", "data-db-1 > n3-a (n3)", "data-db-2 > n0-free (n0)"}},
		{name: "more volumes left behind than are named", world: All(Fleet(), Free("n3-a"), fourOn1()), ask: accept("data-db-0", "data-db-1", "data-db-2", "data-db-3"), verdict: drain.Ready},
	}
}

// fourOn1 are four members on n1.
func fourOn1() []any {
	s := StatefulSet("db", 4, Parallel)
	out := []any{s}
	for i := range 4 {
		name := fmt.Sprint("data-db-", i)
		out = append(append(out, MemberPod(s, i, "n1")), HeldBy(name, fmt.Sprint("n1-", i), "n1")...)
	}
	return out
}

func asks(size string) func(*appsv1.StatefulSet) {
	return templateOf(Asks(size))
}

// templateOf changes the template for claims of a set.
func templateOf(edit func(*corev1.PersistentVolumeClaim)) func(*appsv1.StatefulSet) {
	return func(s *appsv1.StatefulSet) { edit(&s.Spec.VolumeClaimTemplates[0]) }
}

func picks(tier string) func(*appsv1.StatefulSet) { return templateOf(WantsLabel("tier", tier)) }

// heldClaim is a claim of a size on a volume of n1.
func heldClaim(name, volumeName, size string) []any {
	return []any{Claim(name, BoundTo(volumeName), Asks(size)), Volume(volumeName, On("n1"), Has(name, name+"-uid"), Sized(size))}
}

// pickyClaim is a claim of fast volumes on a volume of n1.
func pickyClaim(name, volumeName string) []any {
	return []any{Claim(name, BoundTo(volumeName), WantsLabel("tier", "fast")), Volume(volumeName, On("n1"), Has(name, name+"-uid"), VolumeLabel("tier", "fast"))}
}

func replicaSetPinned(name, node string) *appsv1.ReplicaSet {
	rs := ReplicaSet(name, 1, "web")
	rs.Spec.Template.Spec.NodeName = node
	return rs
}

// replacedNodeCases are about a node that is younger than volumes on it.
func replacedNodeCases() []recoverCase {
	young := Node("n1", BornAgo(time.Hour))
	one := With(All(Fleet(), Db()), young)
	mine := Volume("n1-new", On("n1"), Has("fresh", "fresh-uid"), func(v *corev1.PersistentVolume) { v.CreationTimestamp = Ago(time.Minute) })
	recreated := func(r *drain.RecoverRequest) { r.Recreated = true }
	moved := []string{"cordon-node n1", "retain-volume n1-data", "reserve-volume n3-free", "evict-pod db-1", "await-unused db-1", "delete-claim data-db-1", "await-released n1-data", "await-ready db-1"}
	return []recoverCase{
		{name: "replaced node not confirmed", world: one, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedAlive}},
		{name: "replaced node", world: one, ask: recreated, verdict: drain.Ready, moves: []string{"data-db-1 > n3-free (n3)"}, steps: moved},
		{name: "replaced node with volumes of its own", world: All(one, mine, Claim("fresh", BoundTo("n1-new")), Consumer("fresh", "n1", "fresh")), ask: recreated, verdict: drain.Ready, steps: moved},
		{name: "replaced node, forget volumes", world: All(one, mine, Claim("fresh", BoundTo("n1-new")), Consumer("fresh", "n1", "fresh")), ask: func(r *drain.RecoverRequest) { r.Recreated, r.ForgetVolumes = true, true },
			verdict: drain.Ready, steps: append(moved, "forget-volume n1-data")},
		{name: "replaced node told by the provisioner", world: With(All(Fleet(), Db()), Node("n1"), Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Provisioned("local-volume-provisioner-n1-earlier-uid"))),
			verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedAlive}},
		{name: "replaced node with a bare pod", world: With(All(Fleet(), HeldBy("files", "n1-files", "n1"), Consumer("tool", "n1", "files")), young), ask: func(r *drain.RecoverRequest) { r.Recreated, r.AcceptDataLoss = true, claims("files") },
			verdict: drain.Ready},
		{name: "node not replaced", world: All(Fleet(), Db(), Node("n4")), ask: func(r *drain.RecoverRequest) { r.Recreated, r.Nodes = true, []string{"n0"} }, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedAlive}},
		{name: "replaced node that is unreachable", world: With(All(Fleet(), Db()), Node("n1", Unreachable, BornAgo(time.Hour))), ask: recreated, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedUnreachable}},
	}
}
