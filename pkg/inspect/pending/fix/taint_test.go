package fix_test

import (
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/fix"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/pendingtest"
)

// TestTaintLeftOnANodeThatIsBack: what keeps a Pod from its data is not told to give the data up, if a taint that was left is all that is
// in the way. Of a Node that is not back the taint is true.
func TestTaintLeftOnANodeThatIsBack(t *testing.T) {
	for name, c := range map[string]struct {
		alter   func(*corev1.Node)
		offered bool
	}{
		"ready":     {func(*corev1.Node) {}, true},
		"not ready": {Condition(corev1.ConditionFalse, time.Minute), false},
		"unknown":   {Condition(corev1.ConditionUnknown, time.Minute), false},
	} {
		s := pendingtest.New()
		s.Bind(s.Volume("v-n0"))
		Tainted(corev1.TaintNodeOutOfService, "nodeshutdown", corev1.TaintEffectNoExecute)(s.Node("n0"))
		c.alter(s.Node("n0"))
		fixes := s.Explain(t).Fixes
		at := slices.IndexFunc(fixes, func(f fix.Fix) bool { return f.ID == "untaint-n0-node-kubernetes-io-out-of-service" })
		if (at >= 0) != c.offered {
			t.Errorf("%s: offered %v, want %v: %v", name, at >= 0, c.offered, fixes)
		}
		if at > 0 {
			t.Errorf("%s: it is not the first of %v", name, fixes)
		}
	}
}
