package drain

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

func reclaimCases() []planCase {
	n, v := node("node-0"), volume("v", has("c", "c-uid"), phase(released))
	reclaim := reclaiming(ReclaimRequest{Volumes: []string{"v"}, KeepData: true})
	open, reserve := []Action{OpenVolume, AwaitAvailable}, []Action{ReserveVolume, AwaitAvailable}
	blocked := func(name string, code BlockerCode, world ...any) planCase {
		return planCase{name: "reclaim " + name, world: world, request: reclaim, verdict: Blocked, codes: []BlockerCode{code}}
	}
	reserving := reclaiming(ReclaimRequest{Volumes: []string{"v"}, KeepData: true, For: key("d")})
	return []planCase{
		{name: "reclaim released", world: []any{n, v}, request: reclaim, verdict: Ready, actions: open},
		{name: "reclaim failed", world: []any{n, volume("v", has("c", "c-uid"), phase(corev1.VolumeFailed), deletes)}, request: reclaim, verdict: Ready, actions: open},
		{name: "reclaim what others wait for", world: []any{n, v, claim("b"), claim("a"), claim("c", withUID("c2-uid"), boundTo("w"))}, request: reclaim, verdict: Ready, actions: open},
		{name: "reclaim without a word on the data", world: []any{n, v}, request: reclaiming(ReclaimRequest{Volumes: []string{"v"}}), verdict: Blocked, codes: []BlockerCode{BlockedUndecided}, actions: open},
		{name: "reclaim after the claim moved on", world: []any{n, node("node-1"), v, claim("c", withUID("c2-uid"), boundTo("w")), volume("w", has("c", "c2-uid"), on("node-1")), pod("db-0", "node-1", "c", controlledBy("StatefulSet", "db"))},
			request: reclaim, verdict: Ready, actions: open},
		{name: "reclaim for one", world: []any{n, v, claim("d")}, request: reserving, verdict: Ready, actions: reserve},
		{name: "reclaim for one that does not exist", world: []any{n, v}, request: reserving, verdict: Ready, actions: reserve},
		{name: "reclaim an available volume for one", world: []any{n, volume("v")}, request: reserving, verdict: Ready, actions: reserve},
		{name: "reclaim for one has been done", world: []any{n, volume("v", has("d", ""), phase(corev1.VolumeAvailable))}, request: reserving, verdict: NothingToDo},
		{name: "reclaim for one has been done and bound", world: []any{n, volume("v", has("d", "d-uid")), claim("d", boundTo("v"), withUID("d-uid"))}, request: reserving, verdict: NothingToDo},
		{name: "reclaim for one has been done and binding has begun", world: []any{n, volume("v", has("d", "d-uid"), phase(released)), claim("d", withUID("d-uid"))}, request: reserving, verdict: NothingToDo},
		{name: "reclaim has been done and another is being bound", world: []any{n, volume("v", has("d", "d-uid"), savedFrom(claim("c")), phase(corev1.VolumeAvailable)), claim("d", withUID("d-uid"))},
			request: reclaim, verdict: NothingToDo},
		{name: "reclaim has been done and another has it", world: []any{n, volume("v", has("d", "d-uid"), savedFrom(claim("c"))), claim("d", boundTo("v"), withUID("d-uid"))}, request: reclaim, verdict: NothingToDo},
		{name: "reclaim has been done", world: []any{n, volume("v")}, request: reclaim, verdict: NothingToDo},
		{name: "reclaim for one that asks for more", world: []any{n, volume("v", has("c", "c-uid"), phase(released), func(v *corev1.PersistentVolume) { v.Spec.StorageClassName = "other" }), claim("d")},
			request: reserving, verdict: Blocked, codes: []BlockerCode{BlockedNoFit}, actions: reserve},
		{name: "reclaim for one that is bound", world: []any{n, v, claim("d", boundTo("w"))}, request: reserving, verdict: Blocked, codes: []BlockerCode{BlockedNoFit}, actions: reserve},
		{name: "reclaim a selection", world: []any{n, v, volume("a", has("a", "a-uid"), phase(released)), volume("u", has("u", "u-uid"), phase(released)), pod("p", "node-0", "u"), volume("free")},
			request: reclaiming(ReclaimRequest{Selection: &inspect.VolumeFilter{}, KeepData: true}), verdict: Ready, actions: append(open[:2:2], open...)},
		{name: "reclaim an empty selection", world: []any{n, volume("free")}, request: reclaiming(ReclaimRequest{Selection: &inspect.VolumeFilter{}, KeepData: true}), verdict: NothingToDo},
		{name: "reclaim waits for the provisioner", world: []any{n, volume("v", has("c", "c-uid"), phase(released), deletes, provisioned(external))},
			request: reclaiming(ReclaimRequest{Volumes: []string{"v"}, Wait: true}), verdict: Ready, actions: []Action{AwaitCleaned}},
		{name: "reclaim waits for nobody", world: []any{n, v}, request: reclaiming(ReclaimRequest{Volumes: []string{"v"}, Wait: true}), verdict: Blocked, codes: []BlockerCode{BlockedCleaner}},
		blocked("what a provisioner cleans", BlockedCleaner, n, volume("v", has("c", "c-uid"), phase(released), deletes, provisioned(external)), provisionerPod()),
		blocked("while its claim exists", BlockedPhase, n, v, claim("c", boundTo("v"))),
		blocked("while a Pod may use it", BlockedInUse, n, v, pod("db-0", "node-0", "c")),
		blocked("while a Pod older than the new claim may use it", BlockedInUse, n, v, claim("c", withUID("c2-uid"), boundTo("w"), func(c *corev1.PersistentVolumeClaim) { c.CreationTimestamp = ago(0) }), pod("db-0", "node-0", "c")),
		blocked("a bound volume", BlockedPhase, n, volume("v", has("c", "c-uid")), claim("c", boundTo("v"))),
		{name: "reclaim what is kept for a claim that has another", world: []any{n, volume("v", has("c", ""), phase(corev1.VolumeAvailable)), claim("c", boundTo("w")), volume("w", has("c", "c-uid"))}, request: reclaim, verdict: Ready, actions: open},
		blocked("what is kept for another", BlockedPhase, n, volume("v", has("c", ""), phase(corev1.VolumeAvailable))),
		blocked("what is being deleted", BlockedTerminating, n, volume("v", has("c", "c-uid"), phase(released), deletingVolume)),
		withSteps(blocked("with Pods unknown", BlockedUnknown, n, v, inspect.Gap{Kind: inspect.Pods, Reason: "forbidden: list pods"}), open...),
	}
}
