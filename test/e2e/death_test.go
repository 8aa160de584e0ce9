package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/fix"
)

// TestNodeDies follows a node under the data of a Pod: it answers, it is silent, it is gone.
func TestNodeDies(t *testing.T) {
	t.Parallel() // most of it is waiting for the cluster to notice
	e := readManifest(t, "testdata/mortal.yaml", "")
	ctx := within(t)
	if err := applyNodes(ctx, e); err != nil {
		t.Fatal(err)
	}
	if err := applyRest(ctx, e); err != nil {
		t.Fatal(err)
	}
	home, volume := e.object("0"), e.object("a")
	if row := lsRow(t, volume); row[0] != home || row[1] != "Ready" {
		t.Errorf("before: %q", row)
	}

	if err := take(ctx, e, []step{killNode("0"), releasePod}); err != nil {
		t.Fatal(err)
	}
	if row := lsRow(t, volume); row[0] != home || row[1] != "unreachable" || row[3] != "Bound" {
		t.Errorf("silent: %q", row)
	}
	waitPod(t, e, "db", schedulerSays(wrongNode))
	report, run := whyPending(t, e.namespace, "db")
	if run.exit != 3 || report.Cause.Code != pending.CauseCode(inspect.BoundNodeUnfit) || !strings.Contains(report.Cause.Reason.Text, home+" has been unreachable for") {
		t.Errorf("silent: exit %d, %s: %s", run.exit, report.Cause.Code, report.Cause.Reason.Text)
	}
	if risk := report.Fixes[0]; risk.Risk != fix.RiskNone || risk.Titles[0].Code != "NodeComesBack" || risk.Titles[0].Get("node") != home {
		t.Errorf("silent: the first that would help is %s: %s", risk.Risk, risk.Titles)
	}

	if err := cluster.Delete(ctx, home); err != nil {
		t.Fatal(err)
	}
	if row := lsRow(t, volume, "--orphaned"); row[0] != home || row[1] != "missing" {
		t.Errorf("gone: %q", row)
	}
	report, run = whyPending(t, e.namespace, "db")
	if run.exit != 3 || report.Cause.Code != pending.CauseCode(inspect.BoundNodeMissing) || !strings.Contains(report.Cause.Reason.Text, home+", a node that no longer exists") {
		t.Errorf("gone: exit %d, %s: %s", run.exit, report.Cause.Code, report.Cause.Reason.Text)
	}
	checkHome(t, volume, inspect.HomeMissing)
}

// lsRow is the line of ls about a volume, by columns: NODE, STATUS, VOLUME, PHASE and so on.
func lsRow(t *testing.T, volume string, args ...string) []string {
	t.Helper()
	run := runPlugin(t, append([]string{"ls", "--no-headers"}, args...)...)
	for line := range strings.Lines(run.out) {
		if fields := strings.Fields(line); len(fields) > 3 && fields[2] == volume {
			return fields
		}
	}
	t.Fatalf("exit %d, and no line about %s:\n%s%s", run.exit, volume, run.out, run.err)
	return nil
}

func checkHome(t *testing.T, volume string, state inspect.HomeState) {
	t.Helper()
	run := runPlugin(t, "ls", "-o", "json")
	var list inventory.VolumeList
	if err := json.Unmarshal([]byte(run.out), &list); err != nil {
		t.Fatal(err)
	}
	for _, item := range list.Items {
		if item.Name == volume && item.Home.State == state {
			return
		}
	}
	t.Errorf("no volume %s whose home is %s", volume, state)
}
