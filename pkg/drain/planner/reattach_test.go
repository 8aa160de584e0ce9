package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

func reattachCases() []planCase {
	n, n1, old := Node("node-0"), Node("node-1"), Claim("data-db-0", BoundTo("v"))
	name := "data-db-0"
	v := Volume("v", Has(name, "data-db-0-uid"), Phase(Released), SavedFrom(old))
	bare := Volume("v", Has(name, "data-db-0-uid"), Phase(Released))
	db := StatefulSet("db", 1)
	present := Claim(name, WithUID("new-uid"), BoundTo("w"))
	other := Volume("w", Has(name, "new-uid"), On("node-1"), Deletes)
	member := Consumer("db-0", "node-1", name, ControlledBy("StatefulSet", "db"), Young)
	tolerant := Consumer("db-0", "node-1", name, ControlledBy("StatefulSet", "db"), Young, func(p *corev1.Pod) {
		p.Spec.Tolerations = []corev1.Toleration{{Key: corev1.TaintNodeOutOfService, Operator: corev1.TolerationOpExists}}
	})
	cordonedNode, unreachableNode, taintedNode := Node("node-0"), Node("node-0"), Node("node-0")
	cordonedNode.Spec.Unschedulable = true
	unreachableNode.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionUnknown}}
	taintedNode.Spec.Taints = []corev1.Taint{{Key: corev1.TaintNodeOutOfService, Value: "nodeshutdown", Effect: corev1.TaintEffectNoExecute}}
	reattach, replace := reattaching(drain.ReattachRequest{Volume: "v"}), reattaching(drain.ReattachRequest{Volume: "v", Replace: true})
	create := []drain.Action{drain.ReserveVolume, drain.CreateClaim, drain.AwaitBound}
	created := append(slices.Clone(create), drain.AwaitReady)
	whole := []drain.Action{drain.ReserveVolume, drain.RetainVolume, drain.CordonNode, drain.EvictPod, drain.AwaitUnused, drain.DeleteClaim, drain.AwaitReleased,
		drain.UncordonNode, drain.CreateClaim, drain.AwaitBound, drain.AwaitReady}
	unfit := whole[:len(whole)-1] // nobody is waited for who cannot run there
	bareGoes := []drain.Action{drain.ReserveVolume, drain.RetainVolume, drain.CordonNode, drain.AwaitUnused, drain.DeleteClaim, drain.AwaitReleased,
		drain.UncordonNode, drain.CreateClaim, drain.AwaitBound}
	dying := []drain.Action{drain.CordonNode, drain.EvictPod, drain.AwaitUnused, drain.AwaitReleased, drain.UncordonNode, drain.CreateClaim, drain.AwaitBound, drain.AwaitReady}
	blocked := func(name string, code drain.BlockerCode, world ...any) planCase {
		return planCase{name: "reattach " + name, world: world, request: reattach, verdict: drain.Blocked, codes: []drain.BlockerCode{code}}
	}
	return []planCase{
		{name: "reattach to the saved claim", world: []any{n, v}, request: reattach, verdict: drain.Ready, actions: create},
		{name: "reattach to a claim that waits", world: []any{n, v, Claim(name, WithUID("new-uid"))}, request: reattach, verdict: drain.Ready, actions: []drain.Action{drain.ReserveVolume, drain.AwaitBound}},
		{name: "reattach to a member whose manifest is not saved", world: []any{n, bare, db}, request: reattach, verdict: drain.Ready, actions: []drain.Action{drain.ReserveVolume, drain.AwaitBound, drain.AwaitReady}},
		{name: "reattach what is about to be erased", world: []any{n, Volume("v", Has(name, "data-db-0-uid"), Phase(Released), SavedFrom(old), Deletes, Provisioned(External))},
			request: reattach, verdict: drain.Ready, actions: append([]drain.Action{drain.RetainVolume}, create...)},
		{name: "reattach to another claim", world: []any{n, v, Claim("d")}, request: reattaching(drain.ReattachRequest{Volume: "v", Claim: Key("d"), AcceptForeignData: []string{"v"}}), verdict: drain.Ready, actions: []drain.Action{drain.ReserveVolume, drain.AwaitBound}},
		{name: "reattach to another claim, which is not accepted", world: []any{n, v, Claim("d")}, request: reattaching(drain.ReattachRequest{Volume: "v", Claim: Key("d")}), verdict: drain.Blocked,
			codes: []drain.BlockerCode{drain.BlockedForeignData}, actions: []drain.Action{drain.ReserveVolume, drain.AwaitBound}},
		{name: "reattach and replace", world: []any{n, n1, v, other, present, member, db}, request: replace, verdict: drain.Ready, actions: whole},
		{name: "reattach and replace goes on while the claim is being deleted", request: replace, verdict: drain.Ready, actions: dying,
			world: []any{n, n1, Volume("v", Has(name, ""), Phase(corev1.VolumeAvailable), SavedFrom(old)), Volume("w", Has(name, "new-uid"), SavedFrom(present)),
				Claim(name, WithUID("new-uid"), BoundTo("w"), Deleting), member, db}},
		{name: "reattach and replace goes on when the claim is gone", request: replace, verdict: drain.Ready, actions: created[1:],
			world: []any{n, n1, Volume("v", Has(name, ""), Phase(corev1.VolumeAvailable)), Volume("w", Has(name, "new-uid"), Phase(Released), SavedFrom(present)), db}},
		{name: "reattach goes on when the claim is there", world: []any{n, Volume("v", Has(name, ""), Phase(corev1.VolumeAvailable)), Claim(name)}, request: reattach, verdict: drain.Ready, actions: create[2:]},
		{name: "reattach frees what is reserved for the claim elsewhere", world: []any{n, n1, v, Volume("w", Has(name, ""), Phase(corev1.VolumeAvailable), On("node-1"))}, request: reattach, verdict: drain.Ready,
			actions: append([]drain.Action{drain.OpenVolume}, create...)},
		{name: "reattach while the two are being bound", world: []any{n, Volume("v", Has(name, "data-db-0-uid")), Claim(name)}, request: reattach, verdict: drain.Ready, actions: create[2:]},
		{name: "reattach while binding has only begun", world: []any{n, Volume("v", Has(name, "data-db-0-uid"), Phase(Released)), Claim(name)}, request: reattach, verdict: drain.Ready, actions: create[2:]},
		{name: "reattach while binding is all but done", request: reattach, verdict: drain.Ready, actions: create[2:],
			world: []any{n, Volume("v", Has(name, "data-db-0-uid")), Claim(name, func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = "v" })}},
		{name: "reattach has been done", world: []any{n, Volume("v", Has(name, "data-db-0-uid")), old}, request: reattach, verdict: drain.NothingToDo},
		{name: "reattach finds another claim", world: []any{n, n1, v, other, present, member, db}, request: reattach, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedReplaced}, actions: whole},
		{name: "reattach finds another claim, and no times are known", request: reattach, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedReplaced}, actions: whole,
			world: []any{n, n1, Volume("v", Has(name, "data-db-0-uid"), Phase(Released), SavedFrom(old), untimed), other, Claim(name, WithUID("new-uid"), BoundTo("w"), undated), member, db}},
		{name: "reattach finds another claim of unknown age", request: reattach, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedReplaced}, actions: whole,
			world: []any{n, n1, v, other, Claim(name, WithUID("new-uid"), BoundTo("w"), undated), member, db}},
		{name: "reattach and replace, but the node is cordoned", world: []any{cordonedNode, n1, v, other, present, member, db}, request: replace, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedHomeUnfit}, actions: unfit},
		{name: "reattach and replace, but the node is unreachable", world: []any{unreachableNode, n1, v, other, present, member, db}, request: replace, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedHomeUnfit}, actions: unfit},
		{name: "reattach and replace, but the node is tainted", world: []any{taintedNode, n1, v, other, present, member, db}, request: replace, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedHomeUnfit}, actions: unfit},
		{name: "reattach and replace, and the Pod tolerates the taint", world: []any{taintedNode, n1, v, other, present, tolerant, db}, request: replace, verdict: drain.Ready, actions: whole},
		{name: "reattach and replace goes on though the node is cordoned", request: replace, verdict: drain.Ready, actions: []drain.Action{drain.EvictPod, drain.AwaitUnused, drain.AwaitReleased, drain.CreateClaim, drain.AwaitBound},
			world: []any{cordonedNode, n1, Volume("v", Has(name, ""), Phase(corev1.VolumeAvailable), SavedFrom(old)), Volume("w", Has(name, "new-uid"), SavedFrom(present)),
				Claim(name, WithUID("new-uid"), BoundTo("w"), Deleting), member, db}},
		{name: "reattach to a saved claim on a node that is cordoned", world: []any{cordonedNode, v}, request: reattach, verdict: drain.Ready, actions: create},
		{name: "reattach and replace, but the Pod is bare", world: []any{n, n1, v, other, present, Consumer("p", "node-1", name, Young)}, request: replace, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedBarePod}, actions: bareGoes},
		withSteps(blocked("to a claim that no controller recreates", drain.BlockedNoManifest, n, bare), drain.ReserveVolume, drain.AwaitBound),
		withSteps(blocked("to a claim that asks for more", drain.BlockedNoFit, n, v, Claim(name, WithUID("new-uid"), func(c *corev1.PersistentVolumeClaim) { c.Spec.StorageClassName = nil })), drain.ReserveVolume, drain.AwaitBound),
		{name: "reattach a volume with a newer record", world: []any{n, Volume("v", Has(name, "data-db-0-uid"), Phase(Released), SavedFrom(old), VolumeAnnotation(retain.AnnVersion, "99"))}, request: reattach,
			verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedNewer, drain.BlockedNoManifest}, actions: []drain.Action{drain.ReserveVolume, drain.AwaitBound}},
		withSteps(blocked("when the node is gone", drain.BlockedHome, n1, v), create...),
		withSteps(blocked("when the node cannot be told", drain.BlockedUnknown, v, inspect.Gap{Kind: inspect.Nodes, Reason: "forbidden: list nodes"}), create...),
		blocked("while the claim still exists", drain.BlockedPhase, n, v, old),
		blocked("while a Pod may use it", drain.BlockedInUse, n, v, Consumer("db-0", "node-0", name)),
		blocked("what is being deleted", drain.BlockedTerminating, n, Volume("v", Has(name, "x"), Phase(Released), Deleting)),
		{name: "reattach what another claim has", world: []any{n, Volume("v", Has("e", "e-uid"))}, request: reattaching(drain.ReattachRequest{Volume: "v", Claim: Key("d")}), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedPhase}},
		withSteps(blocked("with claims unknown", drain.BlockedUnknown, n, v, inspect.Gap{Kind: inspect.PersistentVolumeClaims, Reason: "forbidden: list persistentvolumeclaims"}), create...),
	}
}

// untimed is a volume of which it is not known since when it has its phase, undated a claim of which it is not known how old it is.
func untimed(v *corev1.PersistentVolume) { v.Status.LastPhaseTransitionTime = nil }

func undated(c *corev1.PersistentVolumeClaim) { c.CreationTimestamp = metav1.Time{} }
