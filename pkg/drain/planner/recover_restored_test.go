package planner

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestRestoredClaimOfDeadNode: a claim that was restored counts as bound to a volume of a dead node, which an earlier claim had. It is not
// skipped in silence, and the volume object is not deleted under it.
func TestRestoredClaimOfDeadNode(t *testing.T) {
	lost := func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimLost }
	restored := All(Volume("n1-files", On("n1"), Has("files", "earlier-uid"), Phase(Released)), Claim("files", BoundTo("n1-files"), lost),
		ReplicaSet("files-1", 1, "files"), Consumer("files-1-a", "", "files", ControlledBy("ReplicaSet", "files-1")))
	const says = "claim shop/files is Lost: it counts as bound to n1-files (on n1), which belongs to an earlier claim of its name"
	forget := func(r *drain.RecoverRequest) { r.ForgetVolumes = true }
	forgets := func(p *drain.Plan) bool {
		return slices.ContainsFunc(p.Steps, func(s drain.Step) bool { return s.Action == drain.ForgetVolume && s.Object.Name == "n1-files" })
	}
	for name, tc := range map[string]struct {
		world []any
		ask   func(*drain.RecoverRequest)
		goes  bool
	}{
		"alone":                  {All(Fleet(), restored), nil, false},
		"beside others":          {All(Fleet(), Db(), restored), nil, false},
		"forgotten":              {All(Fleet(), Db(), restored), forget, false},
		"forgotten and accepted": {All(Fleet(), Db(), restored), func(r *drain.RecoverRequest) { forget(r); accepting("files")(r) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			plan := recoverPlan(t, tc.ask, tc.world...)
			text := told(plan)
			if !strings.Contains(text, says) || !strings.Contains(text, "Pod shop/files-1-a") || forgets(plan) != tc.goes {
				t.Errorf("want %q, and the volume forgotten %v:\n%s", says, tc.goes, text)
			}
		})
	}
}

// TestLostClaimsAreStuck: claims that are Lost with a dead node, restored or without their volume, do not move, and whoever uses them is stuck: the
// list of nodes counts them, and recover names them with both ways out, whatever else it does.
func TestLostClaimsAreStuck(t *testing.T) {
	lost := func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimLost }
	s := StatefulSet("kv", 1)
	released, claim := Volume("n1-kv", On("n1"), Has("data-kv-0", "earlier-uid"), Phase(Released)), Claim("data-kv-0", BoundTo("n1-kv"), lost)
	set := All(Fleet(), s, released, claim, MemberPod(s, 0, ""))
	for name, tc := range map[string]struct {
		world []any
		stuck string
		says  []string
	}{
		"restored, of a StatefulSet": {set, "shop/kv-0", []string{"shop/data-kv-0 is Lost", "reattach n1-kv", "with a claim that StatefulSet/kv recreates", "kubectl delete pvc/data-kv-0 pod/kv-0 -n shop"}},
		"restored, no Pod yet":       {Without(set, "Pod shop/kv-0"), "shop/kv-0", []string{"shop/data-kv-0 is Lost", "kubectl delete pvc data-kv-0 -n shop"}},
		"restored, and the Pod on the dead node": {With(set, MemberPod(s, 0, "n1", Terminating)), "shop/kv-0",
			[]string{"Pod shop/kv-0 holds it", "once Pod shop/kv-0 is gone (on a dead node: kubectl delete pod --force), kubectl delete pvc data-kv-0 -n shop"}},
		"reserved without the UID": {With(set, Volume("n1-kv", On("n1"), Has("data-kv-0", ""))), "shop/kv-0", []string{"reserved for its name, without its UID",
			"kubectl localpv reclaim n1-kv --unreserve && kubectl delete pvc/data-kv-0 pod/kv-0 -n shop"}},
		"restored, of a Deployment": {All(Fleet(), Volume("n1-kv", On("n1"), Has("files", "earlier-uid"), Phase(Released)), Claim("files", BoundTo("n1-kv"), lost),
			ReplicaSet("files-1", 1, "files"), Consumer("files-1-a", "", "files", ControlledBy("ReplicaSet", "files-1"))), "shop/files-1-a",
			[]string{"kubectl get pvc files -n shop -o yaml > files.yaml && kubectl delete pvc files -n shop, and create the claim from that file"}},
		"the volume is gone, and the Pod on the dead node": {All(Fleet(), Claim("files", BoundTo("vanished"), lost), ReplicaSet("files-1", 1, "files"),
			Consumer("files-1-a", "n1", "files", ControlledBy("ReplicaSet", "files-1"))), "shop/files-1-a", []string{"its volume vanished does not exist", "without a claimRef"}},
		"the volume is gone, which was made for the dead node": {All(Fleet(), s, Claim("data-kv-0", BoundTo("vanished"), lost, ClaimAnnotation(volumehelpers.AnnSelectedNode, "n1")),
			MemberPod(s, 0, "")), "shop/kv-0", []string{"its volume vanished does not exist", "kubectl delete pvc/data-kv-0 pod/kv-0 -n shop"}},
	} {
		for beside, world := range map[string][]any{"alone": tc.world, "beside others": All(tc.world, Db())} {
			t.Run(name+", "+beside, func(t *testing.T) {
				list := Suspects(inspect.NewIndex(Snapshot(t, world...))).Items
				if len(list) != 1 || list[0].Node != "n1" || !slices.Contains(list[0].Stuck, tc.stuck) {
					t.Errorf("%s is not stuck: %+v", tc.stuck, list)
				}
				text := told(recoverPlan(t, nil, world...))
				for _, want := range tc.says {
					if !strings.Contains(text, want) {
						t.Errorf("does not say %q:\n%s", want, text)
					}
				}
				if strings.Contains(text, "nothing is left to do") {
					t.Errorf("says that nothing is left: %s", text)
				}
			})
		}
	}
	for name, world := range map[string][]any{
		"the Pod runs elsewhere":                 With(set, MemberPod(s, 0, "n2")),
		"the volume is gone, of another node":    All(Fleet(), s, Claim("data-kv-0", BoundTo("vanished"), lost, ClaimAnnotation(volumehelpers.AnnSelectedNode, "n2")), MemberPod(s, 0, "")),
		"the volume is gone, of a network class": All(Fleet(), s, Claim("data-kv-0", BoundTo("vanished"), lost, WantsClass("network")), MemberPod(s, 0, "n1")),
	} {
		for _, item := range Suspects(inspect.NewIndex(Snapshot(t, world...))).Items {
			if len(item.Stuck) > 0 {
				t.Errorf("%s: stuck on %s: %v", name, item.Node, item.Stuck)
			}
		}
	}
}
