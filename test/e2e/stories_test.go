package e2e

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// TestStories applies the examples that tell a story to the nodes that `make cluster` comes with.
func TestStories(t *testing.T) {
	ctx := within(t)
	if err := cluster.AddNodes(ctx, controlplane.NewNodes("node", 4)...); err != nil {
		t.Fatal(err)
	}
	if err := cluster.ApplyDir(ctx, filepath.Join(examples, "healthy")); err != nil {
		t.Fatal(err)
	}
	pods := cluster.Client().CoreV1().Pods("default")
	for _, name := range []string{"mysql-0", "mysql-1", "mysql-2"} {
		if _, err := controlplane.WaitFor(ctx, pods, name, controlplane.PodReady); err != nil {
			t.Fatal(err)
		}
	}
	run := runPlugin(t, "why-pending", "sts/mysql")
	if run.exit != 0 || run.out != "" || !strings.Contains(run.err, "None of the Pods of statefulset/mysql is Pending") {
		t.Errorf("healthy: exit %d, %q, %q", run.exit, run.out, run.err)
	}
	checkSummary(t, 3, 5)

	if err := cluster.ApplyDir(ctx, filepath.Join(examples, "too-small")); err != nil {
		t.Fatal(err)
	}
	if _, err := controlplane.WaitFor(ctx, pods, "big", schedulerSays(noVolume)); err != nil {
		t.Fatal(err)
	}
	report, run := whyPending(t, "default", "big")
	const says = "claim big asks for 500Gi, and the largest of the 5 free volumes of class local-ssd has 100Gi."
	if run.exit != 3 || !strings.HasSuffix(report.Cause.Reason.Text, says) {
		t.Errorf("too-small: exit %d, %s", run.exit, report.Cause.Reason.Text)
	}
}

// checkSummary counts the volumes of class local-ssd.
func checkSummary(t *testing.T, bound, available int) {
	t.Helper()
	run := runPlugin(t, "ls", "--class", "local-ssd", "-o", "json")
	var list inventory.VolumeList
	if err := json.Unmarshal([]byte(run.out), &list); err != nil {
		t.Fatalf("%v: %s", err, run.err)
	}
	phases := map[string]int{}
	for _, item := range list.Items {
		phases[string(item.Phase)]++
	}
	if diff := cmp.Diff(map[string]int{"Bound": bound, "Available": available}, phases); diff != "" {
		t.Errorf("phases (- want, + got):\n%s", diff)
	}
}

// TestFromFiles asks the same of the cluster and of what kubectl prints of it. The commands in the answers name the one or
// the other, and are the same apart from that.
func TestFromFiles(t *testing.T) {
	shop := openShop(t)
	dump := filepath.Join(t.TempDir(), "dump.json")
	get := shell(t, t.TempDir(), "kubectl get nodes,ns,pods,pv,pvc,sc,csinodes,csidrivers,csistoragecapacities,rs,jobs,events -A -o json >"+dump)
	if out, err := get.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, args := range [][]string{
		{"why-pending", "-n", shop.namespace, "-o", "json"},
		{"why-pending", "sts/db", "-n", shop.namespace, "-o", "json"},
		{"ls", "--class", "shop", "-o", "json"},
		{"ls", "--summary", "--class", "shop"},
	} {
		live := runPlugin(t, args...)
		live.out = strings.ReplaceAll(live.out, " --kubeconfig "+cluster.Kubeconfig(), "")
		files := runPluginFromFiles(t, dump, args...)
		files.out = strings.ReplaceAll(files.out, " --from "+dump, "")
		if diff := cmp.Diff(live, files, cmp.AllowUnexported(result{})); diff != "" {
			t.Errorf("%v: the cluster (-) and the files (+) differ:\n%s", args, diff)
		}
	}
}
