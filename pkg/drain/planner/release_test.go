package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

func releaseCases() []planCase {
	n, bound := Node("node-0"), Claim("c", BoundTo("v"))
	v := Volume("v", Has("c", "c-uid"))
	whole := []drain.Action{drain.RetainVolume, drain.DeleteClaim, drain.AwaitReleased}
	release := releasing(drain.ReleaseRequest{Targets: Pvc("c")})
	blocked := func(name string, code drain.BlockerCode, world ...any) planCase {
		return planCase{name: "release " + name, world: world, request: release, verdict: drain.Blocked, codes: []drain.BlockerCode{code}}
	}
	return []planCase{
		{name: "release claim", world: []any{n, v, bound}, request: release, verdict: drain.Ready, actions: whole},
		{name: "release volume with policy Delete", world: []any{n, Volume("v", Has("c", "c-uid"), Deletes), bound}, request: releasing(drain.ReleaseRequest{Targets: Pv("v")}), verdict: drain.Ready, actions: whole},
		{name: "release and reserve", world: []any{n, v, bound}, request: releasing(drain.ReleaseRequest{Targets: Pv("v"), Reserve: true}), verdict: drain.Ready, actions: append(whole[:3:3], drain.ReserveVolume)},
		{name: "release two, one of them twice", world: []any{n, v, bound, Volume("w", Has("d", "d-uid")), Claim("d", BoundTo("w"))},
			request: releasing(drain.ReleaseRequest{Targets: append(Pvc("d", "c"), Pv("v")...)}), verdict: drain.Ready, actions: append(whole[:3:3], whole...)},
		{name: "release of a waiting StatefulSet member", world: []any{n, v, Claim("c", BoundTo("v"), OwnedBy("StatefulSet", "db")), StatefulSet("db", 3, WhenDeleted), Consumer("db-0", "", "c", ControlledBy("StatefulSet", "db"))},
			request: release, verdict: drain.Ready, actions: whole},
		{name: "release of a waiting StatefulSet member, reserved", world: []any{n, v, bound, StatefulSet("db", 3), Consumer("db-0", "", "c", ControlledBy("StatefulSet", "db"))},
			request: releasing(drain.ReleaseRequest{Targets: Pvc("c"), Reserve: true}), verdict: drain.Ready, actions: append(whole[:3:3], drain.ReserveVolume)},
		{name: "release with a foreign finalizer", world: []any{n, v, Claim("c", BoundTo("v"), func(c *corev1.PersistentVolumeClaim) { c.Finalizers = append(c.Finalizers, "backup.example/hold") })},
			request: release, verdict: drain.Ready, actions: whole},
		{name: "release goes on after the claim was saved", world: []any{n, Volume("v", Has("c", "c-uid"), SavedFrom(bound)), bound}, request: release, verdict: drain.Ready, actions: whole[1:]},
		{name: "release saves again what changed", world: []any{n, Volume("v", Has("c", "c-uid"), SavedFrom(Claim("c", func(c *corev1.PersistentVolumeClaim) { c.ResourceVersion = "19" }))), bound},
			request: release, verdict: drain.Ready, actions: whole},
		{name: "release goes on while the claim is being deleted", world: []any{n, Volume("v", Has("c", "c-uid"), SavedFrom(bound)), Claim("c", BoundTo("v"), Deleting)}, request: release, verdict: drain.Ready, actions: whole[2:]},
		{name: "release saves a claim that somebody else deletes", world: []any{n, v, Claim("c", BoundTo("v"), Deleting)}, request: release, verdict: drain.Ready, actions: []drain.Action{drain.RetainVolume, drain.AwaitReleased}},
		{name: "release goes on when the claim is gone", world: []any{n, Volume("v", Has("c", "c-uid"), SavedFrom(bound))}, request: release, verdict: drain.Ready, actions: whole[2:]},
		{name: "release has been done", world: []any{n, Volume("v", Has("c", "c-uid"), Phase(Released), SavedFrom(bound))}, request: release, verdict: drain.NothingToDo},
		{name: "release and reserve when somebody has deleted the claim", world: []any{n, Volume("v", Has("c", "c-uid"), Phase(corev1.VolumeFailed), Deletes)},
			request: releasing(drain.ReleaseRequest{Targets: Pv("v"), Reserve: true}), verdict: drain.Ready, actions: []drain.Action{drain.RetainVolume, drain.ReserveVolume}},
		{name: "release and reserve what a provisioner may be erasing", world: []any{n, Volume("v", Has("c", "c-uid"), Phase(Released), Deletes, Provisioned(External)), ProvisionerPod()},
			request: releasing(drain.ReleaseRequest{Targets: Pv("v"), Reserve: true}), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedCleaner}},
		{name: "release of what a provisioner may be erasing", world: []any{n, Volume("v", Has("c", "c-uid"), Phase(Released), Deletes, Provisioned(External))},
			request: releasing(drain.ReleaseRequest{Targets: Pv("v")}), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedCleaner}},
		{name: "release has been done and the claim recreated", world: []any{n, Volume("v", Has("c", "c-uid"), Phase(Released), SavedFrom(bound)), Claim("c", WithUID("c2-uid"))}, request: release, verdict: drain.NothingToDo},
		{name: "release has been done and another claim of that name has a volume", world: []any{n, Volume("v", Has("c", "c-uid"), Phase(Released), SavedFrom(bound)),
			Volume("w", Has("c", "c2-uid")), Claim("c", WithUID("c2-uid"), BoundTo("w"))}, request: release, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedAnother}, actions: whole},
		{name: "release has been done without the reservation and another claim has a volume", world: []any{n, Volume("v", Has("c", "c-uid"), Phase(Released), SavedFrom(bound)),
			Volume("w", Has("c", "c2-uid")), Claim("c", WithUID("c2-uid"), BoundTo("w"))}, request: releasing(drain.ReleaseRequest{Targets: Pvc("c"), Reserve: true}),
			verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedAnother}, actions: append(whole[:3:3], drain.ReserveVolume)},
		{name: "release has been done and another claim, of unknown age, has a volume", world: []any{n, Volume("v", Has("c", "c-uid"), Phase(Released), SavedFrom(bound)),
			Volume("w", Has("c", "c2-uid")), Claim("c", WithUID("c2-uid"), BoundTo("w"), undated)}, request: release, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedAnother}, actions: whole},
		{name: "release of the other claim by its volume", world: []any{n, Volume("v", Has("c", "c-uid"), Phase(Released), SavedFrom(bound)),
			Volume("w", Has("c", "c2-uid")), Claim("c", WithUID("c2-uid"), BoundTo("w"))}, request: releasing(drain.ReleaseRequest{Targets: Pv("w")}), verdict: drain.Ready, actions: whole},
		{name: "release of a claim that came back", world: []any{n, Volume("v", Has("c", "c2-uid"), SavedFrom(bound)), Claim("c", WithUID("c2-uid"), BoundTo("v"))},
			request: release, verdict: drain.Ready, actions: whole},
		{name: "release has been done, the reservation has not", world: []any{n, Volume("v", Has("c", "c-uid"), Phase(Released), SavedFrom(bound))},
			request: releasing(drain.ReleaseRequest{Targets: Pvc("c"), Reserve: true}), verdict: drain.Ready, actions: []drain.Action{drain.ReserveVolume}},
		{name: "release and reserve has been done", world: []any{n, Volume("v", Has("c", ""), Phase(corev1.VolumeAvailable), SavedFrom(bound))},
			request: releasing(drain.ReleaseRequest{Targets: Pvc("c"), Reserve: true}), verdict: drain.NothingToDo},
		{name: "release and clean", world: []any{n, Volume("v", Has("c", "c-uid"), Deletes, Provisioned(External)), bound, ProvisionerPod()},
			request: releasing(drain.ReleaseRequest{Targets: Pvc("c"), Clean: true}), verdict: drain.Ready, actions: []drain.Action{drain.RecordClaim, drain.DeleteClaim, drain.AwaitCleaned}},
		cleanBlocked("nobody owns it", n, Volume("v", Has("c", "c-uid"), Deletes), bound),
		cleanBlocked("policy Retain", n, Volume("v", Has("c", "c-uid"), Provisioned(External)), bound, ProvisionerPod()),
		cleanBlocked("provisioner does not run", n, Volume("v", Has("c", "c-uid"), Deletes, Provisioned(External)), bound),
		cleanBlocked("provisioner of an earlier Node", n, Volume("v", Has("c", "c-uid"), Deletes, Provisioned("local-volume-provisioner-node-0-old")), bound, ProvisionerPod()),
		{name: "release keeps the data of a claim that goes with its Pod", world: []any{n, Volume("v", Has("c", "c-uid"), Deletes), Claim("c", BoundTo("v"), Deleting), ReplicaSet("web-1", 1, "web"),
			Consumer("web-1-a", "node-0", "c", ControlledBy("ReplicaSet", "web-1"))}, request: release, verdict: drain.Ready, actions: whole[:1]},
		blocked("while a Pod runs", drain.BlockedInUse, n, v, bound, Consumer("db-0", "node-0", "c", ControlledBy("StatefulSet", "db"))),
		blocked("while an ended Pod is there", drain.BlockedInUse, n, v, bound, Consumer("job-x", "node-0", "c", ControlledBy("Job", "job"), Ended)),
		blocked("of an ephemeral claim", drain.BlockedEphemeral, n, v, Claim("c", BoundTo("v"), OwnedBy(drain.KindPod, "web"))),
		blocked("of a claim that is not bound", drain.BlockedPhase, n, Claim("c")),
		blocked("of a lost claim", drain.BlockedLost, n, Claim("c", BoundTo("v"), func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimLost })),
		blocked("of a claim that names a volume of another", drain.BlockedMisbound, n, Volume("v", Has("d", "d-uid")), bound),
		{name: "release of a volume whose claim is bound elsewhere", world: []any{n, v, Claim("c", BoundTo("w")), Volume("w", Has("c", "c-uid"))},
			request: releasing(drain.ReleaseRequest{Targets: Pv("v")}), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedMisbound}},
		blocked("of a volume that is being deleted", drain.BlockedTerminating, n, Volume("v", Has("c", "c-uid"), Deleting), bound),
		withSteps(blocked("of a claim too large to save", drain.BlockedTooLarge, n, v, Claim("c", BoundTo("v"), Large)), whole...),
		withSteps(blocked("of a volume with a newer record", drain.BlockedNewer, n, Volume("v", Has("c", "c-uid"), SavedFrom(bound), VolumeAnnotation(retain.AnnVersion, "99")), bound), whole...),
		withSteps(blocked("with Pods unknown", drain.BlockedUnknown, n, v, bound, inspect.Gap{Kind: inspect.Pods, Reason: "forbidden: list pods"}), whole...),
		blocked("with claims unknown", drain.BlockedUnknown, n, v, inspect.Gap{Kind: inspect.PersistentVolumeClaims, Reason: "forbidden: list persistentvolumeclaims"}),
	}
}

func withSteps(tc planCase, actions ...drain.Action) planCase {
	tc.actions = actions
	return tc
}

func cleanBlocked(name string, world ...any) planCase {
	return planCase{name: "release and clean, " + name, world: world, request: releasing(drain.ReleaseRequest{Targets: Pvc("c"), Clean: true}),
		verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedCleaner}, actions: []drain.Action{drain.RecordClaim, drain.DeleteClaim, drain.AwaitCleaned}}
}
