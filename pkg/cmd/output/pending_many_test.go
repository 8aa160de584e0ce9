package output

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// pinned is a Pod whose data is on an unreachable node.
func pinned(namespace, pod, volume, node string) inspect.PodReport {
	c := "data-" + pod
	r := pendingPod(pod, inspect.BoundNodeUnfit,
		"Pod "+namespace+"/"+pod+" fits no node: claim "+c+" is bound to "+volume+", which is on "+node+", and "+node+" has not answered for 14m.",
		aClaim(c, inspect.BoundNodeUnfit, "", bound(volume)))
	r.Pod.Namespace = namespace
	return r
}

func TestAlikeReports(t *testing.T) {
	other := pinned("default", "db-5", "pv-5", "node-1")
	other.Cause.Code = inspect.CauseNone
	reserved := pendingPod("db-6", inspect.BoundNodeUnfit, "Pod default/db-6: claim a is to get the reserved volume pv-6.",
		aClaim("a", inspect.BoundNodeUnfit, "", func(c *inspect.ClaimReport) { c.Reserved = "pv-6" }))
	alsoReserved := pendingPod("db-7", inspect.BoundNodeUnfit, "Pod default/db-7: claim b is to get the reserved volume pv-7.",
		aClaim("b", inspect.BoundNodeUnfit, "", func(c *inspect.ClaimReport) { c.Reserved = "pv-7" }))
	groups := alikeReports([]inspect.PodReport{
		pinned("default", "db-0", "pv-0", "node-1"),
		pinned("default", "db-1", "pv-1", "node-2"),
		pinned("default", "db-2", "pv-2", "node-1"),
		pinned("shop", "db-3", "pv-3", "node-1"),
		pinned("default", "db-4", "node-9", "node-1"),
		other, reserved, alsoReserved,
	})
	var got []string
	for _, g := range groups {
		var names []string
		for _, r := range g.reports {
			names = append(names, r.Pod.Name)
		}
		got = append(got, strings.Join(names, " "))
	}
	if diff := cmp.Diff([]string{"db-0 db-2 db-4", "db-1", "db-3", "db-5", "db-6 db-7"}, got); diff != "" {
		t.Errorf("alike (-want +got):\n%s", diff)
	}
}
