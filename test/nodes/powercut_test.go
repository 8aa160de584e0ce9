//go:build linux

package nodes

import (
	"context"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/records"
)

// TestPowerCut: the power of a node is cut while a Pod writes to its disk. When the node is on again, everything that was written is there,
// and the Pod goes on where it was; nothing is lost, doubled or torn. The Node tells that it was off by another boot id.
func TestPowerCut(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	cluster := start(ctx, t, realnodes.Options{Nodes: 2})
	ledger := startWriter(ctx, t, cluster, node)
	before := ledger.waitWritten(ctx, t, func(all []records.Record) bool { return len(all) >= 5 })
	boot := nodeNow(ctx, t, cluster, node).Status.NodeInfo.BootID

	if err := cluster.PowerOff(ctx, node); err != nil {
		t.Fatal(err)
	}
	if out, err := cluster.On(ctx, node, "true"); err == nil {
		t.Errorf("a node without power runs a command: %q", out)
	}
	nodes := cluster.Client().CoreV1().Nodes()
	if _, err := controlplane.WaitFor(ctx, nodes, realnodes.NodeName(node), controlplane.NodeUnknown); err != nil {
		t.Fatal(err)
	}
	if err := cluster.PowerOn(ctx, node); err != nil {
		t.Fatal(err)
	}
	if err := cluster.WaitReady(ctx, node); err != nil {
		t.Fatal(err)
	}
	if again := nodeNow(ctx, t, cluster, node).Status.NodeInfo.BootID; again == boot {
		t.Errorf("the boot id is %s as before", boot)
	}
	after := ledger.waitWritten(ctx, t, func(all []records.Record) bool {
		return len(records.Writers(all)) == 2 && len(all) >= 10
	})
	if !strings.HasPrefix(after, before) {
		t.Errorf("what was written before the power was cut is not there any more: %q, then %q", before, after)
	}
	if pod := ledger.waitReady(ctx, t); pod.Spec.NodeName != realnodes.NodeName(node) {
		t.Errorf("the Pod is on %s, and its volume on %s", pod.Spec.NodeName, realnodes.NodeName(node))
	}
}

func nodeNow(ctx context.Context, t *testing.T, cluster *realnodes.Cluster, n int) *corev1.Node {
	t.Helper()
	node, err := cluster.Client().CoreV1().Nodes().Get(ctx, realnodes.NodeName(n), metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return node
}
