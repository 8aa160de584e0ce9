package planner

import (
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestReleaseOfHeldClaims: who releases a claim wants to keep its data, so that what ends its Pods is told only with what that costs.
func TestReleaseOfHeldClaims(t *testing.T) {
	const patch = `first kubectl patch pv v -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}', and save the claim's manifest: kubectl get pvc c -n shop -o yaml > c.yaml`
	const goes = "claim shop/c is being deleted already, and goes with the last Pod that holds it"
	web := []any{Node("n0"), Node("n1"), ReplicaSet("web-1", 1, "web"), Consumer("web-1-a", "n1", "c", ControlledBy("ReplicaSet", "web-1"))}
	lost := func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimLost }
	dying, deletes := Claim("c", BoundTo("v"), Deleting), Volume("v", On("n1"), Has("c", "c-uid"), Deletes)
	for _, tc := range []struct {
		name    string
		world   []any
		reserve bool
		says    []string
		never   string
	}{
		{"dying, held by one that runs", All(web, dying, deletes), false, []string{goes, patch, "scale Deployment/web down first"}, "--reserve"},
		{"dying, to be reserved", All(web, dying, deletes), true, []string{goes, patch, "kubectl localpv release pv/v --reserve"}, ""},
		{"dying and retained", All(web, dying, Volume("v", On("n1"), Has("c", "c-uid"))), false, []string{goes, "the data on v, which has policy Retain, stays"}, "patch"},
		{"not dying", All(web, Claim("c", BoundTo("v")), deletes), false, []string{"scale Deployment/web down first"}, "patch"},
		{"dying, held by one that has ended", All(Node("n1"), dying, deletes, Job("j", batchv1.JobComplete), Consumer("j-x", "n1", "c", ControlledBy("Job", "j"), Ended)), false,
			[]string{goes, patch, "kubectl delete pod j-x -n shop"}, "get pod"},
		{"held on a node that is gone", All(Node("n0"), web[2:], Claim("c", BoundTo("v")), deletes), false, []string{"Pod web-1-a (Running on n1, Deployment/web)", "kubectl localpv recover n1"}, "scale"},
		{"held on a node that is unreachable", All(Node("n0"), Node("n1", Unreachable), web[2:], Claim("c", BoundTo("v")), deletes), false, []string{"kubectl localpv recover n1"}, "scale"},
		{"held by a bare Pod", All(Node("n1"), Claim("c", BoundTo("v")), deletes, Consumer("tool", "n1", "c")), false,
			[]string{"kubectl get pod tool -n shop -o yaml > tool.yaml), then kubectl delete pod tool -n shop"}, ""},
		{"held by a bare Pod that has ended", All(Node("n1"), Claim("c", BoundTo("v")), deletes, Consumer("tool", "n1", "c", Ended)), false,
			[]string{"kubectl get pod tool -n shop -o yaml > tool.yaml), then kubectl delete pod tool -n shop"}, ""},
		{"of an ephemeral volume", All(Node("n1"), Claim("c", BoundTo("v"), OwnedBy(drain.KindPod, "tool")), deletes, Consumer("tool", "n1", "c")), false,
			[]string{patch, "kubectl get pod tool -n shop -o yaml > tool.yaml), then kubectl delete pod tool -n shop"}, "stop it first"},
		{"lost, and a Pod runs on it", All(web, Claim("c", BoundTo("v"), lost)), false, []string{"Pod web-1-a (Running on n1, Deployment/web)", "without a claimRef"}, "kubectl delete"},
		{"lost, and a Pod that has ended", All(Node("n1"), Claim("c", BoundTo("v"), lost), Job("j", batchv1.JobComplete), Consumer("j-x", "n1", "c", ControlledBy("Job", "j"), Ended)), false,
			[]string{"j-x (Succeeded on n1, Job/j)", "without a claimRef"}, "delete pvc"},
		{"lost, and nobody has it", All(Node("n1"), Claim("c", BoundTo("v"), lost)), false, []string{"without a claimRef", "kubectl delete pvc c -n shop"}, "nothing to keep"},
		{"lost and dying", All(Node("n1"), Claim("c", BoundTo("v"), lost, Deleting)), false, []string{"is being deleted already"}, "delete pvc"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			request := drain.ReleaseRequest{Targets: Pvc("c"), Reserve: tc.reserve}
			plan := planOf(t, releasing(request), Snapshot(t, tc.world...))
			text := told(plan)
			for _, want := range tc.says {
				if !strings.Contains(text, want) {
					t.Errorf("does not say %q:\n%s", want, text)
				}
			}
			if plan.Verdict != drain.Blocked || tc.never != "" && strings.Contains(text, tc.never) {
				t.Errorf("wants to be blocked, without %q:\n%s", tc.never, text)
			}
		})
	}
}
