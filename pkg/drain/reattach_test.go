package drain

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

func reattachCases() []planCase {
	n, n1, old := node("node-0"), node("node-1"), claim("data-db-0", boundTo("v"))
	name := "data-db-0"
	v := volume("v", has(name, "data-db-0-uid"), phase(released), savedFrom(old))
	bare := volume("v", has(name, "data-db-0-uid"), phase(released))
	db := statefulSet("db", 1)
	successor := claim(name, withUID("new-uid"), boundTo("w"))
	other := volume("w", has(name, "new-uid"), on("node-1"), deletes)
	member := pod("db-0", "node-1", name, controlledBy("StatefulSet", "db"), young)
	tolerant := pod("db-0", "node-1", name, controlledBy("StatefulSet", "db"), young, func(p *corev1.Pod) {
		p.Spec.Tolerations = []corev1.Toleration{{Key: corev1.TaintNodeOutOfService, Operator: corev1.TolerationOpExists}}
	})
	cordonedNode, silentNode, taintedNode := node("node-0"), node("node-0"), node("node-0")
	cordonedNode.Spec.Unschedulable = true
	silentNode.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionUnknown}}
	taintedNode.Spec.Taints = []corev1.Taint{{Key: corev1.TaintNodeOutOfService, Value: "nodeshutdown", Effect: corev1.TaintEffectNoExecute}}
	reattach, replace := reattaching(ReattachRequest{Volume: "v"}), reattaching(ReattachRequest{Volume: "v", Replace: true})
	create := []Action{ReserveVolume, CreateClaim, AwaitBound}
	whole := []Action{ReserveVolume, KeepVolume, DeleteClaim, DeletePod, AwaitReleased, CreateClaim, AwaitBound}
	blocked := func(name string, code BlockerCode, world ...any) planCase {
		return planCase{name: "reattach " + name, world: world, request: reattach, verdict: Blocked, codes: []BlockerCode{code}}
	}
	return []planCase{
		{name: "reattach to the saved claim", world: []any{n, v}, request: reattach, verdict: Ready, actions: create},
		{name: "reattach to a claim that waits", world: []any{n, v, claim(name, withUID("new-uid"))}, request: reattach, verdict: Ready, actions: []Action{ReserveVolume, AwaitBound}},
		{name: "reattach to a member whose manifest is not saved", world: []any{n, bare, db}, request: reattach, verdict: Ready, actions: []Action{ReserveVolume, AwaitBound}},
		{name: "reattach what is about to be erased", world: []any{n, volume("v", has(name, "data-db-0-uid"), phase(released), savedFrom(old), deletes, provisioned(external))},
			request: reattach, verdict: Ready, actions: append([]Action{KeepVolume}, create...)},
		{name: "reattach to another claim", world: []any{n, v, claim("d")}, request: reattaching(ReattachRequest{Volume: "v", Claim: key("d")}), verdict: Ready, actions: []Action{ReserveVolume, AwaitBound}},
		{name: "reattach and replace", world: []any{n, n1, v, other, successor, member, db}, request: replace, verdict: Ready, actions: whole},
		{name: "reattach and replace goes on while the claim is being deleted", request: replace, verdict: Ready, actions: whole[3:],
			world: []any{n, n1, volume("v", has(name, ""), phase(corev1.VolumeAvailable), savedFrom(old)), volume("w", has(name, "new-uid"), savedFrom(successor)),
				claim(name, withUID("new-uid"), boundTo("w"), deletingClaim), member, db}},
		{name: "reattach and replace goes on when the claim is gone", request: replace, verdict: Ready, actions: create[1:],
			world: []any{n, n1, volume("v", has(name, ""), phase(corev1.VolumeAvailable)), volume("w", has(name, "new-uid"), phase(released), savedFrom(successor)), db}},
		{name: "reattach goes on when the claim is there", world: []any{n, volume("v", has(name, ""), phase(corev1.VolumeAvailable)), claim(name)}, request: reattach, verdict: Ready, actions: create[2:]},
		{name: "reattach frees what is kept for the claim elsewhere", world: []any{n, n1, v, volume("w", has(name, ""), phase(corev1.VolumeAvailable), on("node-1"))}, request: reattach, verdict: Ready,
			actions: append([]Action{OpenVolume}, create...)},
		{name: "reattach while the two are being bound", world: []any{n, volume("v", has(name, "data-db-0-uid")), claim(name)}, request: reattach, verdict: Ready, actions: create[2:]},
		{name: "reattach while binding has only begun", world: []any{n, volume("v", has(name, "data-db-0-uid"), phase(released)), claim(name)}, request: reattach, verdict: Ready, actions: create[2:]},
		{name: "reattach while binding is all but done", request: reattach, verdict: Ready, actions: create[2:],
			world: []any{n, volume("v", has(name, "data-db-0-uid")), claim(name, func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = "v" })}},
		{name: "reattach has been done", world: []any{n, volume("v", has(name, "data-db-0-uid")), old}, request: reattach, verdict: NothingToDo},
		{name: "reattach finds a successor", world: []any{n, n1, v, other, successor, member, db}, request: reattach, verdict: Blocked, codes: []BlockerCode{BlockedReplaced}, actions: whole},
		{name: "reattach and replace, but the node is cordoned", world: []any{cordonedNode, n1, v, other, successor, member, db}, request: replace, verdict: Blocked, codes: []BlockerCode{BlockedHomeUnfit}, actions: whole},
		{name: "reattach and replace, but the node is silent", world: []any{silentNode, n1, v, other, successor, member, db}, request: replace, verdict: Blocked, codes: []BlockerCode{BlockedHomeUnfit}, actions: whole},
		{name: "reattach and replace, but the node is tainted", world: []any{taintedNode, n1, v, other, successor, member, db}, request: replace, verdict: Blocked, codes: []BlockerCode{BlockedHomeUnfit}, actions: whole},
		{name: "reattach and replace, and the Pod tolerates the taint", world: []any{taintedNode, n1, v, other, successor, tolerant, db}, request: replace, verdict: Ready, actions: whole},
		{name: "reattach and replace goes on though the node is cordoned", request: replace, verdict: Ready, actions: whole[3:],
			world: []any{cordonedNode, n1, volume("v", has(name, ""), phase(corev1.VolumeAvailable), savedFrom(old)), volume("w", has(name, "new-uid"), savedFrom(successor)),
				claim(name, withUID("new-uid"), boundTo("w"), deletingClaim), member, db}},
		{name: "reattach to a saved claim on a node that is cordoned", world: []any{cordonedNode, v}, request: reattach, verdict: Ready, actions: create},
		{name: "reattach and replace, but the Pod is bare", world: []any{n, n1, v, other, successor, pod("p", "node-1", name, young)}, request: replace, verdict: Blocked, codes: []BlockerCode{BlockedBarePod}, actions: whole},
		withSteps(blocked("to a claim that nobody makes", BlockedNoManifest, n, bare), ReserveVolume, AwaitBound),
		withSteps(blocked("to a claim that asks for more", BlockedNoFit, n, v, claim(name, withUID("new-uid"), func(c *corev1.PersistentVolumeClaim) { c.Spec.StorageClassName = nil })), ReserveVolume, AwaitBound),
		withSteps(blocked("when the node is gone", BlockedHome, n1, v), create...),
		withSteps(blocked("when the node cannot be told", BlockedUnknown, v, inspect.Gap{Kind: inspect.Nodes, Reason: "forbidden: list nodes"}), create...),
		blocked("while the claim still exists", BlockedPhase, n, v, old),
		blocked("while a Pod may use it", BlockedInUse, n, v, pod("db-0", "node-0", name)),
		blocked("what is being deleted", BlockedTerminating, n, volume("v", has(name, "x"), phase(released), deletingVolume)),
		{name: "reattach what another claim has", world: []any{n, volume("v", has("e", "e-uid"))}, request: reattaching(ReattachRequest{Volume: "v", Claim: key("d")}), verdict: Blocked, codes: []BlockerCode{BlockedPhase}},
		withSteps(blocked("with claims unknown", BlockedUnknown, n, v, inspect.Gap{Kind: inspect.PersistentVolumeClaims, Reason: "forbidden: list persistentvolumeclaims"}), create...),
	}
}
