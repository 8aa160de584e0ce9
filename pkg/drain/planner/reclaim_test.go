package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

func reclaimCases() []planCase {
	n, v := Node("node-0"), Volume("v", Has("c", "c-uid"), Phase(Released))
	reclaim := reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true})
	open, reserve := []drain.Action{drain.OpenVolume, drain.AwaitAvailable}, []drain.Action{drain.ReserveVolume, drain.AwaitAvailable}
	blocked := func(name string, code drain.BlockerCode, world ...any) planCase {
		return planCase{name: "reclaim " + name, world: world, request: reclaim, verdict: drain.Blocked, codes: []drain.BlockerCode{code}}
	}
	reserving := reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, For: Key("d"), AcceptForeignData: []string{"v"}})
	return []planCase{
		{name: "reclaim released", world: []any{n, v}, request: reclaim, verdict: drain.Ready, actions: open},
		{name: "reclaim failed", world: []any{n, Volume("v", Has("c", "c-uid"), Phase(corev1.VolumeFailed), Deletes)}, request: reclaim, verdict: drain.Ready, actions: open},
		{name: "reclaim what others wait for", world: []any{n, v, Claim("b"), Claim("a"), Claim("c", WithUID("c2-uid"), BoundTo("w")), Volume("w", Has("c", "c2-uid"))}, request: reclaim, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedForeignData}, actions: open},
		{name: "reclaim without a word on the data", world: []any{n, v}, request: reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}}), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedUndecided}, actions: open},
		{name: "reclaim after the claim moved on", world: []any{n, Node("node-1"), v, Claim("c", WithUID("c2-uid"), BoundTo("w")), Volume("w", Has("c", "c2-uid"), On("node-1")), Consumer("db-0", "node-1", "c", ControlledBy("StatefulSet", "db"))},
			request: reclaim, verdict: drain.Ready, actions: open},
		{name: "reclaim for one", world: []any{n, v, Claim("d")}, request: reserving, verdict: drain.Ready, actions: reserve},
		{name: "reclaim for one that does not exist", world: []any{n, v}, request: reserving, verdict: drain.Ready, actions: reserve},
		{name: "reclaim an available volume for one", world: []any{n, Volume("v")}, request: reserving, verdict: drain.Ready, actions: reserve},
		{name: "reclaim for one has been done", world: []any{n, Volume("v", Has("d", ""), Phase(corev1.VolumeAvailable))}, request: reserving, verdict: drain.NothingToDo},
		{name: "reclaim for one has been done and bound", world: []any{n, Volume("v", Has("d", "d-uid")), Claim("d", BoundTo("v"), WithUID("d-uid"))}, request: reserving, verdict: drain.NothingToDo},
		{name: "reclaim for one has been done and binding has begun", world: []any{n, Volume("v", Has("d", "d-uid"), Phase(Released)), Claim("d", WithUID("d-uid"))}, request: reserving, verdict: drain.NothingToDo},
		{name: "reclaim has been done and another is being bound", world: []any{n, Volume("v", Has("d", "d-uid"), SavedFrom(Claim("c")), Phase(corev1.VolumeAvailable)), Claim("d", WithUID("d-uid"))},
			request: reclaim, verdict: drain.NothingToDo},
		{name: "reclaim has been done and another has it", world: []any{n, Volume("v", Has("d", "d-uid"), SavedFrom(Claim("c"))), Claim("d", BoundTo("v"), WithUID("d-uid"))}, request: reclaim, verdict: drain.NothingToDo},
		{name: "reclaim has been done", world: []any{n, Volume("v")}, request: reclaim, verdict: drain.NothingToDo},
		{name: "reclaim for one that asks for more", world: []any{n, Volume("v", Has("c", "c-uid"), Phase(Released), OfClass("other")), Claim("d")},
			request: reserving, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedNoFit}, actions: reserve},
		{name: "reclaim for one that is bound", world: []any{n, v, Claim("d", BoundTo("w")), Volume("w", Has("d", "d-uid"))}, request: reserving, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedNoFit}, actions: reserve},
		{name: "reclaim a selection", world: []any{n, v, Volume("a", Has("a", "a-uid"), Phase(Released)), Volume("u", Has("u", "u-uid"), Phase(Released)), Consumer("p", "node-0", "u"), Volume("free")},
			request: reclaiming(drain.ReclaimRequest{Selection: &inventory.VolumeFilter{}, KeepData: true}), verdict: drain.Ready, actions: append(open[:2:2], open...)},
		{name: "reclaim an empty selection", world: []any{n, Volume("free")}, request: reclaiming(drain.ReclaimRequest{Selection: &inventory.VolumeFilter{}, KeepData: true}), verdict: drain.NothingToDo},
		{name: "reclaim waits for the provisioner", world: []any{n, Volume("v", Has("c", "c-uid"), Phase(Released), Deletes, Provisioned(External))},
			request: reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, Wait: true}), verdict: drain.Ready, actions: []drain.Action{drain.AwaitCleaned}},
		{name: "reclaim waits for nobody", world: []any{n, v}, request: reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, Wait: true}), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedCleaner}},
		blocked("what a provisioner cleans", drain.BlockedCleaner, n, Volume("v", Has("c", "c-uid"), Phase(Released), Deletes, Provisioned(External)), ProvisionerPod()),
		blocked("while its claim exists", drain.BlockedPhase, n, v, Claim("c", BoundTo("v"))),
		blocked("while a Pod may use it", drain.BlockedInUse, n, v, Consumer("db-0", "node-0", "c")),
		blocked("while a Pod older than the new claim may use it", drain.BlockedInUse, n, v, Claim("c", WithUID("c2-uid"), BoundTo("w"), func(c *corev1.PersistentVolumeClaim) { c.CreationTimestamp = Ago(0) }), Consumer("db-0", "node-0", "c")),
		blocked("a bound volume", drain.BlockedPhase, n, Volume("v", Has("c", "c-uid")), Claim("c", BoundTo("v"))),
		{name: "reclaim what is reserved for a claim that has another", world: []any{n, Volume("v", Has("c", ""), Phase(corev1.VolumeAvailable)), Claim("c", BoundTo("w")), Volume("w", Has("c", "c-uid"))}, request: reclaim, verdict: drain.Ready, actions: open},
		blocked("what is reserved for another", drain.BlockedPhase, n, Volume("v", Has("c", ""), Phase(corev1.VolumeAvailable))),
		blocked("what is being deleted", drain.BlockedTerminating, n, Volume("v", Has("c", "c-uid"), Phase(Released), Deleting)),
		blocked("a volume with a newer record", drain.BlockedNewer, n, Volume("v", Has("c", "c-uid"), Phase(Released), SavedFrom(Claim("c")), VolumeAnnotation(retain.AnnVersion, "99"))),
		withSteps(blocked("with Pods unknown", drain.BlockedUnknown, n, v, inspect.Gap{Kind: inspect.Pods, Reason: "forbidden: list pods"}), open...),
	}
}
