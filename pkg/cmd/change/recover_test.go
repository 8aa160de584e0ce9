package change

import (
	"slices"
	"strings"
	"testing"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

const rescueFile = "testdata/rescue.yaml"

// What people and programs see of recoveries, ready and refused, and of the nodes that look dead.
func TestRecoverGolden(t *testing.T) {
	for name, tc := range map[string]struct {
		args []string
		exit int
	}{
		"recover":          {[]string{"recover", "node-1", "--accept-data-loss", "default/uploads", "--dry-run"}, 0},
		"recover-blocked":  {[]string{"recover", "node-1", "--dry-run"}, 3},
		"recover-alive":    {[]string{"recover", "node-2", "--fenced", "--dry-run"}, 3},
		"recover-suspects": {[]string{"recover", "--dry-run"}, 0},
	} {
		args := slices.Concat(tc.args, []string{"--from", rescueFile})
		for view, streams := range map[string]output.Streams{
			"80": {IsTerminal: true, Width: 80}, "120-color": {IsTerminal: true, Width: 120, Color: true}, "pipe": {},
		} {
			t.Run(name+"/"+view, func(t *testing.T) {
				got := runner(cmdtest.Runner{Streams: streams}).Run(t, args...)
				if got.Code != tc.exit || got.Stderr != "" {
					t.Errorf("exit code %d, want %d; stderr %q", got.Code, tc.exit, got.Stderr)
				}
				for line := range strings.Lines(got.Stdout) {
					if view == "80" && len([]rune(line)) > 81 && !strings.Contains(line, "kubectl") {
						t.Errorf("a line wraps: %q", line)
					}
				}
				golden(t, name+"."+view, got.Stdout)
			})
		}
		golden(t, name+".json", runner(cmdtest.Runner{}).Run(t, append(args, "-o", "json")...).Stdout)
	}
}

// Invalid command lines end with one line that says why.
func TestRecoverMisuse(t *testing.T) {
	for _, tc := range []struct{ args, want string }{
		{"recover node-11", `no node "node-11" in the cluster (did you mean node-1 or node-0 or node-2?)`},
		{"recover pod/x", `"pod/x" is no name of a node: write NAME or node/NAME`},
		{"recover node/", `"node/" is no name of a node: write NAME or node/NAME`},
		{"recover node-1 --concurrency 0", "--concurrency=0 does nothing: use 1 or more"},
		{"recover node-1 --unreachable-for -5s", "--unreachable-for=-5s is no time: use 0 or more"},
		{"recover --unreachable-for=-1ns", "--unreachable-for=-1ns is no time: use 0 or more"},
		{"recover node-1 --accept-data-loss uploads", "--accept-data-loss=uploads is no claim: write NAMESPACE/NAME"},
		{"recover node-1 --accept-data-loss a/b/c", "--accept-data-loss=a/b/c is no claim: write NAMESPACE/NAME"},
		{"recover node-1 -o wide", `unknown output format "wide": recover knows json and yaml`},
	} {
		t.Run(tc.args, func(t *testing.T) {
			got := runner(cmdtest.Runner{}).Run(t, append(strings.Fields(tc.args), "--dry-run", "--from", rescueFile)...)
			if got.Code != 2 || !strings.Contains(got.Stderr, tc.want) || strings.Count(got.Stderr, "\n") != 1 {
				t.Errorf("exit %d, want 2 and %q: %s", got.Code, tc.want, got.Stderr)
			}
		})
	}
	runner(cmdtest.Runner{}).Run(t, "recover", "node-1", "--from", rescueFile).Fails(t, 2, "add --dry-run: --from only plans")
}

// Without a node it lists, which files do for as well.
func TestRecoverListsFromFiles(t *testing.T) {
	listed, planned := runner(cmdtest.Runner{}).Run(t, "recover", "--from", rescueFile), runner(cmdtest.Runner{}).Run(t, "recover", "--dry-run", "--from", rescueFile)
	if listed.Code != 0 || listed.Stdout == "" || listed != planned {
		t.Errorf("exit code %d, and %+v is not what --dry-run shows: %+v", listed.Code, listed, planned)
	}
}

// A second look at the leases is taken only where it can change anything.
func TestNeedsTwoLooks(t *testing.T) {
	unknown := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "a"}}
	ready := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "b"}, Status: corev1.NodeStatus{Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}}}}
	s := &inspect.Snapshot{TakenAt: time.Now(), Nodes: []*corev1.Node{unknown, ready}, Leases: []*coordinationv1.Lease{}}
	blind := &inspect.Snapshot{Nodes: s.Nodes, Gaps: []inspect.Gap{{Kind: inspect.Leases, Reason: "forbidden"}}}
	for name, tc := range map[string]struct {
		snapshot *inspect.Snapshot
		req      drain.RecoverRequest
		want     bool
	}{
		"a node that is silent":           {s, drain.RecoverRequest{Nodes: []string{"a"}}, true},
		"one of two":                      {s, drain.RecoverRequest{Nodes: []string{"b", "a"}}, true},
		"a node that answers":             {s, drain.RecoverRequest{Nodes: []string{"b"}}, false},
		"a node that is gone":             {s, drain.RecoverRequest{Nodes: []string{"c"}}, false},
		"leases that may not be read":     {blind, drain.RecoverRequest{Nodes: []string{"a"}}, false},
		"a machine that was recreated":    {s, drain.RecoverRequest{Nodes: []string{"a"}, Recreated: true}, false},
		"another node that is not silent": {&inspect.Snapshot{Nodes: []*corev1.Node{ready}}, drain.RecoverRequest{Nodes: []string{"b"}}, false},
	} {
		if got := needsTwoLooks(tc.snapshot, tc.req); got != tc.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
