package output

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// pinned is a Pod whose data is on an unreachable node.
func pinned(namespace, pod, volume, node string) pending.PodReport {
	c := "data-" + pod
	why := boundTo(c, volume, node, fact.New("HomeUnreachable", "nodes", []string{node}, "since", "14m"))
	r := pendingPod(pod, inspect.BoundNodeUnfit, byClaim(why), aClaim(c, inspect.BoundNodeUnfit, why, bound(volume)))
	r.Pod.Namespace = namespace
	return r
}

func TestAlikeReports(t *testing.T) {
	other := pinned("default", "db-5", "pv-5", "node-1")
	other.Cause.Code = pending.CauseNone
	cordoned := fact.New("HomeCordoned", "nodes", []string{"node-1"})
	six, seven := boundTo("a", "pv-6", "node-1", cordoned), boundTo("b", "pv-7", "node-1", cordoned)
	reserved := pendingPod("db-6", inspect.BoundNodeUnfit, byClaim(six),
		aClaim("a", inspect.BoundNodeUnfit, six, func(c *pending.ClaimReport) { c.Reserved = "pv-6" }))
	alsoReserved := pendingPod("db-7", inspect.BoundNodeUnfit, byClaim(seven),
		aClaim("b", inspect.BoundNodeUnfit, seven, func(c *pending.ClaimReport) { c.Reserved = "pv-7" }))
	groups := alikeReports([]pending.PodReport{
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
