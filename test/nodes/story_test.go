//go:build linux

package nodes

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/records"
)

// TestStory: a node loses its power, recover brings its member back on another node, the node returns, and reattach brings the member home to
// its data. What was flushed before the power was cut is there to the byte, in one whole chain on each disk.
func TestStory(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	const home, refuge = 1, 2
	cluster := start(ctx, t, realnodes.Options{Nodes: 2})
	plugin := buildPlugin(ctx, t, cluster)
	ledger := startWriter(ctx, t, cluster, home)
	spare := ledger.spare(ctx, t, refuge)
	before := ledger.waitWritten(ctx, t, func(all []records.Record) bool { return len(all) >= 5 })

	if err := cluster.PowerOff(ctx, home); err != nil {
		t.Fatal(err)
	}
	if _, err := controlplane.WaitFor(ctx, cluster.Client().CoreV1().Nodes(), realnodes.NodeName(home), controlplane.NodeUnknown); err != nil {
		t.Fatal(err)
	}
	t.Log(plugin.succeed(ctx, t, "recover", realnodes.NodeName(home), "--fenced", "--unreachable-for=1s", "--yes",
		"--accept-data-loss=default/data-"+writerPod))
	if pod := ledger.waitReady(ctx, t); pod.Spec.NodeName != realnodes.NodeName(refuge) {
		t.Errorf("recovered on %s", pod.Spec.NodeName)
	}
	fresh := spare.waitWritten(ctx, t, func(all []records.Record) bool { return len(all) >= 5 })

	if err := cluster.PowerOn(ctx, home); err != nil {
		t.Fatal(err)
	}
	if err := cluster.WaitReady(ctx, home); err != nil {
		t.Fatal(err)
	}
	if log, err := ledger.log(ctx); err != nil || !strings.HasPrefix(log, before) {
		t.Errorf("the old disk has %q, and had %q (%v)", log, before, err)
	}
	uncordon(ctx, t, cluster, home)
	t.Log(plugin.succeed(ctx, t, "reattach", "ledger", "--replace", "--yes", "--accept-data-loss=default/data-"+writerPod))
	if pod := ledger.waitReady(ctx, t); pod.Spec.NodeName != realnodes.NodeName(home) {
		t.Errorf("reattached on %s", pod.Spec.NodeName)
	}
	after := ledger.waitWritten(ctx, t, func(all []records.Record) bool { return len(records.Writers(all)) == 2 })
	if !strings.HasPrefix(after, before) {
		t.Errorf("what was written before the power was cut is not there any more: %q, then %q", before, after)
	}
	left := spare.waitWritten(ctx, t, func([]records.Record) bool { return true })
	if !strings.HasPrefix(left, fresh) {
		t.Errorf("what was written meanwhile is not there any more: %q, then %q", fresh, left)
	}
}

// spare gives another node a disk for the member, and a volume on it.
func (w *writer) spare(ctx context.Context, t *testing.T, node int) *writer {
	t.Helper()
	disk, err := w.cluster.Disk(ctx, node, "spare")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.cluster.Apply(ctx, fmt.Sprintf(volumeObject, "spare", disk, realnodes.NodeName(node))); err != nil {
		t.Fatal(err)
	}
	return &writer{cluster: w.cluster, node: node, disk: disk}
}

func uncordon(ctx context.Context, t *testing.T, cluster *realnodes.Cluster, n int) {
	t.Helper()
	_, err := cluster.Client().CoreV1().Nodes().Patch(ctx, realnodes.NodeName(n), types.MergePatchType,
		[]byte(`{"spec":{"unschedulable":null}}`), metav1.PatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
}
