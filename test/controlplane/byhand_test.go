package controlplane_test

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// TestByHand kills and revives nodes by hand: what has been killed is dead when Kill returns, and stays so.
func TestByHand(t *testing.T) {
	t.Parallel()
	cp := start(t, controlplane.Options{Nodes: controlplane.NewNodes("node", 4), ByHand: true, UnreachableToleration: time.Second})
	ctx := within(t, patience)
	core := cp.Client().CoreV1()
	pods := core.Pods(metav1.NamespaceDefault)
	must(t, cp.Apply(ctx, pinned))
	before, err := controlplane.WaitFor(ctx, pods, "db-0", controlplane.PodReady)
	must(t, err)
	lease := renewTime(t, cp, "node-1")

	must(t, cp.Kill(ctx, "node-1"))
	dead, err := core.Nodes().Get(ctx, "node-1", metav1.GetOptions{})
	must(t, err)
	if _, state := controlplane.NodeUnknown(dead); nodeStatus(dead) != corev1.ConditionUnknown {
		t.Errorf("node-1 has been killed and is %s", state)
	}
	now, err := pods.Get(ctx, "db-0", metav1.GetOptions{})
	must(t, err)
	if conditionStatus(now, corev1.PodReady) != corev1.ConditionFalse {
		t.Errorf("the Pod on a dead node has the conditions %v", now.Status.Conditions)
	}
	// The controllers do their part: they taint, and evict after the toleration. Nobody ends the Pod.
	_, err = controlplane.WaitFor(ctx, core.Nodes(), "node-1", controlplane.NodeUnknown)
	must(t, err)
	_, err = controlplane.WaitFor(ctx, pods, "db-0", controlplane.PodTerminating)
	must(t, err)
	if at := renewTime(t, cp, "node-1"); !at.Equal(lease) {
		t.Errorf("the lease of a dead node moved from %s to %s", lease, at)
	}

	must(t, cp.Revive(ctx, "node-1"))
	_, err = controlplane.WaitFor(ctx, core.Nodes(), "node-1", controlplane.NodeReady)
	must(t, err)
	if at := renewTime(t, cp, "node-1"); !at.After(lease) {
		t.Errorf("the lease of a node that is back is of %s, as before", at)
	}
	_, err = controlplane.WaitFor(ctx, pods, "db-0", controlplane.Gone[*corev1.Pod](before.UID))
	must(t, err)
	_, err = controlplane.WaitFor(ctx, pods, "db-0", controlplane.PodReady)
	must(t, err)

	must(t, cp.Kill(ctx, "node-0", "node-1", "node-2", "node-3")) // with nobody left to ask KWOK about
	all, err := core.Nodes().List(ctx, metav1.ListOptions{})
	must(t, err)
	for i := range all.Items {
		if status := nodeStatus(&all.Items[i]); status != corev1.ConditionUnknown {
			t.Errorf("all nodes have been killed, and %s is Ready=%s", all.Items[i].Name, status)
		}
	}
	must(t, cp.Delete(ctx, "node-0"))
	leases, err := cp.Client().CoordinationV1().Leases(corev1.NamespaceNodeLease).List(ctx, metav1.ListOptions{})
	must(t, err)
	for i := range leases.Items {
		if leases.Items[i].Name == "node-0" {
			t.Error("the Node is deleted, and its lease is there")
		}
	}
}

func nodeStatus(n *corev1.Node) corev1.ConditionStatus {
	for _, c := range n.Status.Conditions {
		if c.Type == corev1.NodeReady {
			return c.Status
		}
	}
	return ""
}
