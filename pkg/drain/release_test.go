package drain

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

func pvc(names ...string) []Target {
	var out []Target
	for _, name := range names {
		out = append(out, Target{Namespace: ns, Name: name})
	}
	return out
}

func pv(names ...string) []Target {
	var out []Target
	for _, name := range names {
		out = append(out, Target{Volume: true, Name: name})
	}
	return out
}

func key(name string) *types.NamespacedName { return &types.NamespacedName{Namespace: ns, Name: name} }

const released = corev1.VolumeReleased

func releaseCases() []planCase {
	n, bound := node("node-0"), claim("c", boundTo("v"))
	v := volume("v", has("c", "c-uid"))
	whole := []Action{KeepVolume, DeleteClaim, AwaitReleased}
	release := releasing(ReleaseRequest{Targets: pvc("c")})
	blocked := func(name string, code BlockerCode, world ...any) planCase {
		return planCase{name: "release " + name, world: world, request: release, verdict: Blocked, codes: []BlockerCode{code}}
	}
	return []planCase{
		{name: "release claim", world: []any{n, v, bound}, request: release, verdict: Ready, actions: whole},
		{name: "release volume with policy Delete", world: []any{n, volume("v", has("c", "c-uid"), deletes), bound}, request: releasing(ReleaseRequest{Targets: pv("v")}), verdict: Ready, actions: whole},
		{name: "release and reserve", world: []any{n, v, bound}, request: releasing(ReleaseRequest{Targets: pv("v"), Reserve: true}), verdict: Ready, actions: append(whole[:3:3], ReserveVolume)},
		{name: "release two, one of them twice", world: []any{n, v, bound, volume("w", has("d", "d-uid")), claim("d", boundTo("w"))},
			request: releasing(ReleaseRequest{Targets: append(pvc("d", "c"), pv("v")...)}), verdict: Ready, actions: append(whole[:3:3], whole...)},
		{name: "release of a waiting StatefulSet member", world: []any{n, v, claim("c", boundTo("v"), ownedBy("StatefulSet", "db")), whenDeleted(statefulSet("db", 3)), pod("db-0", "", "c", controlledBy("StatefulSet", "db"))},
			request: release, verdict: Ready, actions: whole},
		{name: "release with a foreign finalizer", world: []any{n, v, claim("c", boundTo("v"), func(c *corev1.PersistentVolumeClaim) { c.Finalizers = append(c.Finalizers, "backup.example/hold") })},
			request: release, verdict: Ready, actions: whole},
		{name: "release goes on after the claim was saved", world: []any{n, volume("v", has("c", "c-uid"), savedFrom(bound)), bound}, request: release, verdict: Ready, actions: whole[1:]},
		{name: "release saves again what changed", world: []any{n, volume("v", has("c", "c-uid"), savedFrom(claim("c", func(c *corev1.PersistentVolumeClaim) { c.ResourceVersion = "19" }))), bound},
			request: release, verdict: Ready, actions: whole},
		{name: "release goes on while the claim is being deleted", world: []any{n, volume("v", has("c", "c-uid"), savedFrom(bound)), claim("c", boundTo("v"), deletingClaim)}, request: release, verdict: Ready, actions: whole[2:]},
		{name: "release saves a claim that somebody else deletes", world: []any{n, v, claim("c", boundTo("v"), deletingClaim)}, request: release, verdict: Ready, actions: []Action{KeepVolume, AwaitReleased}},
		{name: "release goes on when the claim is gone", world: []any{n, volume("v", has("c", "c-uid"), savedFrom(bound))}, request: release, verdict: Ready, actions: whole[2:]},
		{name: "release has been done", world: []any{n, volume("v", has("c", "c-uid"), phase(released), savedFrom(bound))}, request: release, verdict: NothingToDo},
		{name: "release and reserve when somebody has deleted the claim", world: []any{n, volume("v", has("c", "c-uid"), phase(corev1.VolumeFailed), deletes)},
			request: releasing(ReleaseRequest{Targets: pv("v"), Reserve: true}), verdict: Ready, actions: []Action{KeepVolume, ReserveVolume}},
		{name: "release and reserve what a provisioner may be erasing", world: []any{n, volume("v", has("c", "c-uid"), phase(released), deletes, provisioned(external)), provisionerPod()},
			request: releasing(ReleaseRequest{Targets: pv("v"), Reserve: true}), verdict: Blocked, codes: []BlockerCode{BlockedCleaner}},
		{name: "release of what a provisioner may be erasing", world: []any{n, volume("v", has("c", "c-uid"), phase(released), deletes, provisioned(external))},
			request: releasing(ReleaseRequest{Targets: pv("v")}), verdict: Blocked, codes: []BlockerCode{BlockedCleaner}},
		{name: "release has been done and the claim made anew", world: []any{n, volume("v", has("c", "c-uid"), phase(released), savedFrom(bound)), claim("c", withUID("c2-uid"))}, request: release, verdict: NothingToDo},
		{name: "release has been done and another claim of that name has a volume", world: []any{n, volume("v", has("c", "c-uid"), phase(released), savedFrom(bound)),
			volume("w", has("c", "c2-uid")), claim("c", withUID("c2-uid"), boundTo("w"))}, request: release, verdict: Blocked, codes: []BlockerCode{BlockedAnother}, actions: whole},
		{name: "release has been done without the reservation and another claim has a volume", world: []any{n, volume("v", has("c", "c-uid"), phase(released), savedFrom(bound)),
			volume("w", has("c", "c2-uid")), claim("c", withUID("c2-uid"), boundTo("w"))}, request: releasing(ReleaseRequest{Targets: pvc("c"), Reserve: true}),
			verdict: Blocked, codes: []BlockerCode{BlockedAnother}, actions: append(whole[:3:3], ReserveVolume)},
		{name: "release of the other claim by its volume", world: []any{n, volume("v", has("c", "c-uid"), phase(released), savedFrom(bound)),
			volume("w", has("c", "c2-uid")), claim("c", withUID("c2-uid"), boundTo("w"))}, request: releasing(ReleaseRequest{Targets: pv("w")}), verdict: Ready, actions: whole},
		{name: "release of a claim that came back", world: []any{n, volume("v", has("c", "c2-uid"), savedFrom(bound)), claim("c", withUID("c2-uid"), boundTo("v"))},
			request: release, verdict: Ready, actions: whole},
		{name: "release has been done, the reservation has not", world: []any{n, volume("v", has("c", "c-uid"), phase(released), savedFrom(bound))},
			request: releasing(ReleaseRequest{Targets: pvc("c"), Reserve: true}), verdict: Ready, actions: []Action{ReserveVolume}},
		{name: "release and reserve has been done", world: []any{n, volume("v", has("c", ""), phase(corev1.VolumeAvailable), savedFrom(bound))},
			request: releasing(ReleaseRequest{Targets: pvc("c"), Reserve: true}), verdict: NothingToDo},
		{name: "release and clean", world: []any{n, volume("v", has("c", "c-uid"), deletes, provisioned(external)), bound, provisionerPod()},
			request: releasing(ReleaseRequest{Targets: pvc("c"), Clean: true}), verdict: Ready, actions: []Action{SaveClaim, DeleteClaim, AwaitCleaned}},
		cleanBlocked("nobody owns it", n, volume("v", has("c", "c-uid"), deletes), bound),
		cleanBlocked("policy Retain", n, volume("v", has("c", "c-uid"), provisioned(external)), bound, provisionerPod()),
		cleanBlocked("provisioner does not run", n, volume("v", has("c", "c-uid"), deletes, provisioned(external)), bound),
		cleanBlocked("provisioner of an earlier Node", n, volume("v", has("c", "c-uid"), deletes, provisioned("local-volume-provisioner-node-0-old")), bound, provisionerPod()),
		blocked("while a Pod runs", BlockedInUse, n, v, bound, pod("db-0", "node-0", "c", controlledBy("StatefulSet", "db"))),
		blocked("while an ended Pod is there", BlockedInUse, n, v, bound, pod("job-x", "node-0", "c", controlledBy("Job", "job"), ended)),
		blocked("of an ephemeral claim", BlockedEphemeral, n, v, claim("c", boundTo("v"), ownedBy(kindPod, "web"))),
		blocked("of a claim that is not bound", BlockedPhase, n, claim("c")),
		blocked("of a lost claim", BlockedLost, n, claim("c", boundTo("v"), func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimLost })),
		blocked("of a claim that names a volume of another", BlockedMisbound, n, volume("v", has("d", "d-uid")), bound),
		{name: "release of a volume whose claim is bound elsewhere", world: []any{n, v, claim("c", boundTo("w")), volume("w", has("c", "c-uid"))},
			request: releasing(ReleaseRequest{Targets: pv("v")}), verdict: Blocked, codes: []BlockerCode{BlockedMisbound}},
		blocked("of a volume that is being deleted", BlockedTerminating, n, volume("v", has("c", "c-uid"), deletingVolume), bound),
		withSteps(blocked("of a claim too large to save", BlockedTooLarge, n, v, claim("c", boundTo("v"), large)), whole...),
		withSteps(blocked("with Pods unknown", BlockedUnknown, n, v, bound, inspect.Gap{Kind: inspect.Pods, Reason: "forbidden: list pods"}), whole...),
		blocked("with claims unknown", BlockedUnknown, n, v, inspect.Gap{Kind: inspect.PersistentVolumeClaims, Reason: "forbidden: list persistentvolumeclaims"}),
	}
}

func withSteps(tc planCase, actions ...Action) planCase {
	tc.actions = actions
	return tc
}

func cleanBlocked(name string, world ...any) planCase {
	return planCase{name: "release and clean, " + name, world: world, request: releasing(ReleaseRequest{Targets: pvc("c"), Clean: true}),
		verdict: Blocked, codes: []BlockerCode{BlockedCleaner}, actions: []Action{SaveClaim, DeleteClaim, AwaitCleaned}}
}
