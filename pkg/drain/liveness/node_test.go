package liveness_test

import (
	"errors"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestStillDead lets nothing be deleted once a node shows a sign of life, or is another one.
func TestStillDead(t *testing.T) {
	ready := func(status corev1.ConditionStatus) *corev1.Node {
		n := Node("n1")
		n.UID = "1"
		n.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: status}}
		return n
	}
	tainted := ready(corev1.ConditionUnknown)
	tainted.Spec.Taints = []corev1.Taint{{Key: corev1.TaintNodeOutOfService, Value: "nodeshutdown", Effect: corev1.TaintEffectNoExecute}}
	dead := liveness.DeadNode{Name: "n1", UID: "1"}
	off := liveness.DeadNode{Name: "n1", UID: "1", OutOfService: true}
	for name, tc := range map[string]struct {
		node *corev1.Node
		was  liveness.DeadNode
		says string
	}{
		"gone":                     {nil, dead, ""},
		"still unreachable":        {ready(corev1.ConditionUnknown), dead, ""},
		"ready":                    {ready(corev1.ConditionTrue), dead, "NodeReachableAgain"},
		"not ready":                {ready(corev1.ConditionFalse), dead, "NodeReachableAgain"},
		"another machine":          {ready(corev1.ConditionUnknown), liveness.DeadNode{Name: "n1", UID: "0"}, "NodeRecreatedSince"},
		"there was none":           {ready(corev1.ConditionTrue), liveness.DeadNode{Name: "n1"}, "NodeRecreatedSince"},
		"only its disks are gone":  {ready(corev1.ConditionTrue), liveness.DeadNode{Name: "n1", UID: "1", Replaced: true}, ""},
		"still out of service":     {tainted, off, ""},
		"back in service":          {ready(corev1.ConditionUnknown), off, "NodeTaintRemoved"},
		"out of service but ready": {ready(corev1.ConditionTrue), off, "NodeReachableAgain"},
	} {
		t.Run(name, func(t *testing.T) {
			err := liveness.StillDead(tc.node, tc.was)
			says := ""
			if returned, ok := errors.AsType[*liveness.ReturnedError](err); ok {
				says = string(returned.Reason.Code)
			}
			if says != tc.says || (err == nil) != (tc.says == "") {
				t.Errorf("got %v, want %q", err, tc.says)
			}
		})
	}
}
