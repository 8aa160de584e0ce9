package planner

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
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
