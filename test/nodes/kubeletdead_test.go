//go:build linux

package nodes

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/records"
)

// TestKubeletDead: the kubelet of a node is dead, and its Pod goes on writing. Recover does not take the node for powered off unless somebody
// confirms it, and changes nothing; the log is whole when the kubelet is back.
func TestKubeletDead(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cluster := start(ctx, t, realnodes.Options{UnreachableToleration: 5 * time.Minute})
	plugin := buildPlugin(ctx, t, cluster)
	ledger := startWriter(ctx, t, cluster, node)
	old := ledger.waitReady(ctx, t).UID
	if err := cluster.KillKubelet(ctx, node); err != nil {
		t.Fatal(err)
	}
	if _, err := controlplane.WaitFor(ctx, cluster.Client().CoreV1().Nodes(), realnodes.NodeName(node), controlplane.NodeUnknown); err != nil {
		t.Fatal(err)
	}
	out, code := plugin.run(ctx, t, "recover", realnodes.NodeName(node), "--unreachable-for=1s", "--yes",
		"--accept-data-loss=default/data-"+writerPod, "--allow-pending", "--during-outage")
	if code != 3 || !strings.Contains(out, "--fenced") {
		t.Errorf("recover ends with exit code %d:\n%s", code, out)
	}
	count := 0
	ledger.waitWritten(ctx, t, func(all []records.Record) bool {
		count = max(count, len(all))
		return true
	})
	ledger.waitWritten(ctx, t, func(all []records.Record) bool { return len(all) >= count+4 })
	if err := cluster.StartKubelet(ctx, node); err != nil {
		t.Fatal(err)
	}
	if err := cluster.WaitReady(ctx, node); err != nil {
		t.Fatal(err)
	}
	if pod := ledger.waitReady(ctx, t); pod.UID != old || nodeNow(ctx, t, cluster, node).Spec.Unschedulable {
		t.Errorf("recover was refused, and has changed something:\n%s", out)
	}
	ledger.waitWritten(ctx, t, func(all []records.Record) bool {
		return len(all) >= count+8 && len(records.Writers(all)) == 1
	})
}
