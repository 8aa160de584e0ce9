package drain

import (
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// resumedCases are about what an earlier run has left, cut off anywhere.
func resumedCases() []recoverCase {
	one := all(fleet(), db())
	s := set("db", 3)
	gone := claim("data-db-1", boundTo("n1-data"))
	let := volume("n1-data", on("n1"), has("data-db-1", "data-db-1-uid"), phase(released), recoveredFrom("n1"), savedFrom(gone))
	kept := func(name string, claim string) *corev1.PersistentVolume {
		host, _, _ := cutHost(name)
		return volume(name, on(host), reservedFor(claim))
	}
	newClaim := claim("data-db-1", boundTo("n3-free"), withUID("new-uid"))
	taken := volume("n3-free", on("n3"), has("data-db-1", "new-uid"))
	wal := all(fleet(), db(withTemplate("wal")), free("n3-free2", "n2-free2"))
	walset := set("db", 3, withTemplate("wal"))
	return []recoverCase{
		{name: "again, volume kept and pod gone", world: with(one, machine("n1", dead, cordoned), memberPod(s, 1, ""), volume("n1-data", on("n1"), has("data-db-1", "data-db-1-uid"), recoveredFrom("n1"), savedFrom(gone))),
			verdict: Ready, steps: []string{"await-unused db-1", "reserve-volume n3-free", "delete-claim data-db-1", "await-released n1-data", "await-ready db-1"}},
		{name: "again, volume reserved", world: with(one, memberPod(s, 1, ""), kept("n2-free", "data-db-1")),
			verdict: Ready, moves: []string{"data-db-1 > n2-free (n2)"}, steps: []string{"cordon-node n1", "keep-volume n1-data", "await-unused db-1", "delete-claim data-db-1", "await-released n1-data", "await-ready db-1"}},
		{name: "again, reserved where it no longer fits", world: with(one, memberPod(s, 1, ""), machine("n2", cordoned), kept("n2-free", "data-db-1")),
			verdict: Ready, moves: []string{"data-db-1 > n3-free (n3)"},
			steps: []string{"cordon-node n1", "keep-volume n1-data", "await-unused db-1", "open-volume n2-free", "reserve-volume n3-free", "delete-claim data-db-1", "await-released n1-data", "await-ready db-1"}},
		{name: "again, reserved on a node that is dead too", world: with(one, machine("n3", dead), kept("n3-free", "data-db-1")), ask: func(r *RecoverRequest) { r.Nodes = []string{"n1", "n3"} },
			verdict: Ready, moves: []string{"data-db-1 > n0-free (n0)"}},
		{name: "again, claim gone and not made anew", world: with(without(one, "PersistentVolumeClaim shop/data-db-1"), memberPod(s, 1, ""), let, kept("n3-free", "data-db-1")),
			verdict: Ready, moves: []string{"data-db-1 > n3-free (n3)"}, steps: []string{"cordon-node n1", "await-ready db-1"}},
		{name: "again, standalone claim gone", world: all(fleet(), replicaSet("web-1", 1, "web"), pod("web-1-b", "", "data-db-1", works, controlledBy("ReplicaSet", "web-1")), let, without(free("n9-x"), "PersistentVolume n9-x")),
			verdict: Ready, moves: []string{"data-db-1 > n0-free (n0)"}, steps: []string{"cordon-node n1", "reserve-volume n0-free", "create-claim data-db-1", "await-ready "}},
		{name: "again, claim bound and pod not ready", world: with(one, newClaim, let, taken, memberPod(s, 1, "n3", terminatedNot)), verdict: Ready, moves: []string{"data-db-1 > n3-free (n3)"}, steps: []string{"await-ready db-1"}},
		{name: "again, all done", world: with(one, newClaim, let, taken, memberPod(s, 1, "n3")), verdict: NothingToDo},
		{name: "again, moved to a node that died", world: with(one, machine("n3", dead), newClaim, let, taken, memberPod(s, 1, "n3", terminating)), verdict: NothingToDo},
		{name: "again, moved to a node that died, both", world: with(one, machine("n3", dead), newClaim, let, taken, memberPod(s, 1, "n3", terminating)), ask: func(r *RecoverRequest) { r.Nodes = []string{"n1", "n3"} },
			verdict: Ready, moves: []string{"data-db-1 > n0-free (n0)"}},
		{name: "again, one claim of two moved", world: with(wal, newClaim, let, taken, memberPod(walset, 1, "")), verdict: Ready, moves: []string{"data-db-1 > n3-free (n3)", "wal-db-1 > n3-free2 (n3)"},
			steps: []string{"cordon-node n1", "keep-volume n1-wal", "reserve-volume n3-free2", "await-unused db-1", "delete-claim wal-db-1", "await-released n1-wal", "await-ready db-1"}},
		{name: "again, both volumes of a member reserved", world: with(wal, kept("n3-free2", "data-db-1"), kept("n3-free", "wal-db-1"), memberPod(walset, 1, "")), verdict: Ready,
			moves: []string{"data-db-1 > n3-free2 (n3)", "wal-db-1 > n3-free (n3)"}, steps: []string{"cordon-node n1", "keep-volume n1-data", "keep-volume n1-wal", "await-unused db-1",
				"delete-claim data-db-1", "await-released n1-data", "delete-claim wal-db-1", "await-released n1-wal", "await-ready db-1"}},
		{name: "again, one claim reserved twice", world: with(one, memberPod(s, 1, ""), kept("n2-free", "data-db-1"), kept("n3-free", "data-db-1")), verdict: Ready, moves: []string{"data-db-1 > n2-free (n2)"},
			steps: []string{"cordon-node n1", "keep-volume n1-data", "await-unused db-1", "open-volume n3-free", "delete-claim data-db-1", "await-released n1-data", "await-ready db-1"}},
		{name: "again, a landed member's place is kept", world: with(without(threeOn("n1", "n1", "n0"), "PersistentVolumeClaim shop/data-db-0", "Pod shop/db-0"), set("db", 3, apart),
			claim("data-db-0", boundTo("n2-free"), withUID("new-uid")), volume("n2-free", on("n2"), has("data-db-0", "new-uid")),
			volume("n1-data0", on("n1"), has("data-db-0", "data-db-0-uid"), phase(released), recoveredFrom("n1"), savedFrom(claim("data-db-0", boundTo("n1-data0")))),
			memberPod(set("db", 3, apart), 1, "n1"), memberPod(set("db", 3, apart), 2, "n0")), ask: func(r *RecoverRequest) { r.AcceptDataLoss = claims("data-db-1") },
			verdict: Ready, moves: []string{"data-db-0 > n2-free (n2)", "data-db-1 > n3-free (n3)"}},
		{name: "again, bare pod deleted", world: all(fleet(), claim("files", boundTo("n1-files")), begun("n1-files", "files")), ask: func(r *RecoverRequest) { r.AcceptDataLoss = claims("files") },
			verdict: Ready, moves: []string{"files > n0-free (n0)"}, steps: []string{"cordon-node n1", "await-unused ", "reserve-volume n0-free", "delete-claim files", "await-released n1-files", "create-claim files"}},
		{name: "again, one of two bare pods deleted", world: all(fleet(), claim("files", boundTo("n1-files")), begun("n1-files", "files"), pod("other", "n1", "files", works)), ask: func(r *RecoverRequest) { r.AcceptDataLoss = claims("files") },
			verdict: Ready, steps: []string{"cordon-node n1", "keep-volume n1-files", "force-delete-pod other", "await-unused ", "reserve-volume n0-free", "delete-claim files", "await-released n1-files", "create-claim files"}},
		{name: "again, long after, when nobody wants the claim any more", world: all(fleet(), volume("n1-files", on("n1"), has("files", "files-uid"), phase(released), savedFrom(claim("files")), recoveredFrom("n1"))), verdict: NothingToDo},
		{name: "again, while the member lands", world: all(fleet(), replicaSet("web-1", 1, "web"), volume("n1-files", on("n1"), has("files", "files-uid"), phase(released), savedFrom(claim("files")), recoveredFrom("n1")),
			pod("web-1-b", "n3", "files", works, controlledBy("ReplicaSet", "web-1"))), verdict: NothingToDo},
		{name: "again, bare pod and its claim deleted", world: all(fleet(), begun("n1-files", "files")), verdict: Ready, moves: []string{"files > n0-free (n0)"},
			steps: []string{"cordon-node n1", "reserve-volume n0-free", "await-released n1-files", "create-claim files"}},
		{name: "again, owner gone meanwhile", world: all(fleet(), pod("web-1-b", "", "data-db-1", works, controlledBy("ReplicaSet", "web-1")), let), verdict: NothingToDo},
		{name: "released by hand is not resumed", world: all(fleet(), volume("n1-data", on("n1"), has("data-db-1", "data-db-1-uid"), phase(released), savedFrom(gone))), verdict: NothingToDo},
		{name: "forget volumes", world: one, ask: func(r *RecoverRequest) { r.ForgetVolumes = true }, verdict: Ready,
			steps: append(append([]string{"cordon-node n1"}, once("data-db-1", "n1-data", "db-1", "n3-free")...), "forget-volume n1-data")},
	}
}

// begun is a volume of n1 from which an earlier run had deleted the bare Pod called tool.
func begun(name, claimName string) *corev1.PersistentVolume {
	tool := inspect.StripPod(pod("tool", "", claimName, works))
	text, err := encodePods([]*corev1.Pod{tool})
	if err != nil {
		text = err.Error()
	}
	return volume(name, on("n1"), has(claimName, claimName+"-uid"), recoveredFrom("n1"), savedFrom(claim(claimName, boundTo(name))), annotated(AnnDeletedPod, text))
}

// terminatedNot takes Ready from a Pod.
func terminatedNot(p *corev1.Pod) { p.Status.Conditions[0].Status = corev1.ConditionFalse }

func reservedFor(claim string) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) {
		v.Spec.ClaimRef = &corev1.ObjectReference{APIVersion: "v1", Kind: kindClaim, Namespace: ns, Name: claim}
	}
}

// placeCases are about where members can go, all of them together.
func placeCases() []recoverCase {
	one := all(fleet(), db())
	lone := without(one, "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free")
	size := func(name, size string, edits ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
		host, _, _ := cutHost(name)
		return volume(name, append(edits, on(host), sized(size))...)
	}
	accept := func(names ...string) func(*RecoverRequest) {
		return func(r *RecoverRequest) { r.AcceptDataLoss = claims(names...) }
	}
	return []recoverCase{
		{name: "no volume is left", world: lone, verdict: Blocked, codes: []BlockerCode{BlockedNowhere}, moves: []string{"data-db-1 > nowhere"}},
		{name: "no volume is left, allowed", world: lone, ask: func(r *RecoverRequest) { r.AllowPending = true }, verdict: Ready,
			steps: []string{"cordon-node n1", "keep-volume n1-data", "force-delete-pod db-1", "await-unused db-1", "delete-claim data-db-1", "await-released n1-data"}},
		{name: "volume fits and cpu does not", world: with(all(lone, free("n3-free")), machine("n3", cpus("500m"))), verdict: Blocked, codes: []BlockerCode{BlockedNowhere}},
		{name: "apart from siblings", world: with(without(all(fleet(), db(apart)), "PersistentVolume n3-free")), verdict: Blocked, codes: []BlockerCode{BlockedNowhere}},
		{name: "target not ready though untainted", world: with(all(lone, free("n3-free")), machine("n3", condition(corev1.ConditionUnknown, time.Second))), verdict: Blocked, codes: []BlockerCode{BlockedNowhere}},
		{name: "pinned by its template", world: all(fleet(), replicaSetPinned("web-1", "n1"), heldBy("files", "n1-files", "n1"), pod("web-1-a", "n1", "files", works, controlledBy("ReplicaSet", "web-1"))),
			ask: accept("files"), verdict: Blocked, codes: []BlockerCode{BlockedNowhere}},
		// small takes any volume, big only the large one: taken in order and the smallest node name first, small would take it.
		{name: "the second needs what the first would take", world: all(without(fleet(), "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free"),
			set("a", 1), set("b", 1, asks("200Gi")), memberPod(set("a", 1), 0, "n1"), memberPod(set("b", 1, asks("200Gi")), 0, "n1"),
			heldBy("data-a-0", "n1-a", "n1"), heldClaim("data-b-0", "n1-b", "200Gi"), size("n0-x", "300Gi"), size("n3-y", "100Gi")), ask: accept("data-a-0", "data-b-0"),
			verdict: Ready, moves: []string{"data-a-0 > n3-y (n3)", "data-b-0 > n0-x (n0)"}},
		// One node, two volumes of one size: a takes either, b only the one with the label.
		{name: "the second needs the volume that the first would take", world: all(without(fleet(), "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free"),
			set("a", 1), set("b", 1, picks("fast")), memberPod(set("a", 1), 0, "n1"), memberPod(set("b", 1, picks("fast")), 0, "n1"),
			heldBy("data-a-0", "n1-a", "n1"), pickyClaim("data-b-0", "n1-b"), size("n3-a", "100Gi", tier("fast")), size("n3-b", "100Gi")), ask: accept("data-a-0", "data-b-0"),
			verdict: Ready, moves: []string{"data-a-0 > n3-b (n3)", "data-b-0 > n3-a (n3)"}},
		{name: "not enough for both", world: all(without(fleet(), "PersistentVolume n0-free", "PersistentVolume n2-free"), set("a", 1), set("b", 1), memberPod(set("a", 1), 0, "n1"), memberPod(set("b", 1), 0, "n1"),
			heldBy("data-a-0", "n1-a", "n1"), heldBy("data-b-0", "n1-b", "n1")), ask: accept("data-a-0", "data-b-0"), verdict: Blocked, codes: []BlockerCode{BlockedNowhere},
			moves: []string{"data-a-0 > n3-free (n3)", "data-b-0 > nowhere"}},
		{name: "two nodes at once", world: with(threeOn("n0", "n1", "n2"), machine("n2", dead)), ask: func(r *RecoverRequest) {
			r.Nodes, r.AcceptDataLoss = []string{"n1", "n2"}, claims("data-db-1", "data-db-2")
		}, verdict: Ready, moves: []string{"data-db-1 > n3-free (n3)", "data-db-2 > n0-free (n0)"}},
		{name: "spread over nodes", world: all(fleet(), free("n3-a", "n3-b", "n3-c"), set("db", 4, parallel), memberPod(set("db", 4), 0, "n1"), memberPod(set("db", 4), 1, "n1"), memberPod(set("db", 4), 2, "n1"), memberPod(set("db", 4), 3, "n0"),
			heldBy("data-db-0", "n1-0", "n1"), heldBy("data-db-1", "n1-1", "n1"), heldBy("data-db-2", "n1-2", "n1"), heldBy("data-db-3", "n0-3", "n0")), ask: accept("data-db-0", "data-db-1", "data-db-2"),
			verdict: Ready, moves: []string{"data-db-0 > n2-free (n2)", "data-db-1 > n3-a (n3)", "data-db-2 > n0-free (n0)"}},
	}
}

func sized(size string) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) { v.Spec.Capacity[corev1.ResourceStorage] = quantity(size) }
}

func tier(name string) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) { v.Labels = map[string]string{"tier": name} }
}

func asks(size string) func(*appsv1.StatefulSet) {
	return func(s *appsv1.StatefulSet) {
		s.Spec.VolumeClaimTemplates[0].Spec.Resources.Requests[corev1.ResourceStorage] = quantity(size)
	}
}

func picks(name string) func(*appsv1.StatefulSet) {
	return func(s *appsv1.StatefulSet) { s.Spec.VolumeClaimTemplates[0].Spec.Selector = tierSelector(name) }
}

func tierSelector(name string) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{"tier": name}}
}

// heldClaim is a claim of a size on a volume of n1.
func heldClaim(name, volumeName, size string) []any {
	return []any{
		claim(name, boundTo(volumeName), func(c *corev1.PersistentVolumeClaim) {
			c.Spec.Resources.Requests[corev1.ResourceStorage] = quantity(size)
		}),
		volume(volumeName, on("n1"), has(name, name+"-uid"), sized(size)),
	}
}

// pickyClaim is a claim of fast volumes on a volume of n1.
func pickyClaim(name, volumeName string) []any {
	return []any{
		claim(name, boundTo(volumeName), func(c *corev1.PersistentVolumeClaim) { c.Spec.Selector = tierSelector("fast") }),
		volume(volumeName, on("n1"), has(name, name+"-uid"), tier("fast")),
	}
}

func replicaSetPinned(name, node string) *appsv1.ReplicaSet {
	rs := replicaSet(name, 1, "web")
	rs.Spec.Template.Spec.NodeName = node
	return rs
}

// namesakeCases are about a node that is younger than volumes on it.
func namesakeCases() []recoverCase {
	young := machine("n1", bornAgo(time.Hour))
	one := with(all(fleet(), db()), young)
	mine := volume("n1-new", on("n1"), has("fresh", "fresh-uid"), func(v *corev1.PersistentVolume) { v.CreationTimestamp = ago(time.Minute) })
	recreated := func(r *RecoverRequest) { r.Recreated = true }
	moved := []string{"cordon-node n1", "keep-volume n1-data", "delete-pod db-1", "await-unused db-1", "reserve-volume n3-free", "delete-claim data-db-1", "await-released n1-data", "await-ready db-1"}
	return []recoverCase{
		{name: "namesake not asked for", world: one, verdict: Blocked, codes: []BlockerCode{BlockedAlive}},
		{name: "namesake", world: one, ask: recreated, verdict: Ready, moves: []string{"data-db-1 > n3-free (n3)"}, steps: moved},
		{name: "namesake with volumes of its own", world: all(one, mine, claim("fresh", boundTo("n1-new")), pod("fresh", "n1", "fresh", works)), ask: recreated, verdict: Ready, steps: moved},
		{name: "namesake, forget volumes", world: all(one, mine, claim("fresh", boundTo("n1-new")), pod("fresh", "n1", "fresh", works)), ask: func(r *RecoverRequest) { r.Recreated, r.ForgetVolumes = true, true },
			verdict: Ready, steps: append(moved, "forget-volume n1-data")},
		{name: "namesake told by the provisioner", world: with(all(fleet(), db()), machine("n1"), volume("n1-data", on("n1"), has("data-db-1", "data-db-1-uid"), provisioned("local-volume-provisioner-n1-earlier-uid"))),
			verdict: Blocked, codes: []BlockerCode{BlockedAlive}},
		{name: "no namesake", world: all(fleet(), db(), machine("n4")), ask: func(r *RecoverRequest) { r.Recreated, r.Nodes = true, []string{"n0"} }, verdict: Blocked, codes: []BlockerCode{BlockedAlive}},
		{name: "namesake that is silent", world: with(all(fleet(), db()), machine("n1", dead, bornAgo(time.Hour))), ask: recreated, verdict: Blocked, codes: []BlockerCode{BlockedSilent}},
	}
}
