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

// TestReboot: a node is drained, rebooted and uncordoned. Its member ends in order, so that every record is there, and goes on where it was.
func TestReboot(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	cluster := start(ctx, t, realnodes.Options{})
	plugin := buildPlugin(ctx, t, cluster)
	ledger := startWriter(ctx, t, cluster, node)
	ledger.waitWritten(ctx, t, func(all []records.Record) bool { return len(all) >= 3 })

	t.Log(plugin.succeed(ctx, t, "drain", realnodes.NodeName(node), "--keep-claims", "--yes"))
	before, err := ledger.log(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := controlplane.WaitFor(ctx, cluster.Client().CoreV1().Pods("default"), writerPod, controlplane.PodPending); err != nil {
		t.Fatal(err)
	}
	hardware{cluster, ledger.disk}.again(ctx, t, nil)
	if err := cluster.WaitReady(ctx, node); err != nil {
		t.Fatal(err)
	}
	if after, err := ledger.log(ctx); err != nil || after != before {
		t.Errorf("the disk has %q, and had %q (%v)", after, before, err)
	}
	uncordon(ctx, t, cluster, node)
	ledger.waitReady(ctx, t)
	after := ledger.waitWritten(ctx, t, func(all []records.Record) bool { return len(records.Writers(all)) == 2 })
	if !strings.HasPrefix(after, before) {
		t.Errorf("what was written before is not there any more: %q, then %q", before, after)
	}
}
