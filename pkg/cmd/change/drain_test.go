package change

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

// drainPreviews are command lines about testdata/drain.yaml.
func drainPreviews() map[string]string {
	const all = " --ignore-daemonsets --delete-emptydir-data --force"
	return map[string]string{
		"drain-keep":    "drain node-1 --keep-claims" + all,
		"drain-move":    "drain node-1 --move-claims --accept-data-loss shop/index" + all,
		"drain-refused": "drain node-1 --move-claims",
		"drain-silent":  "drain node-9 --keep-claims",
	}
}

// What people and programs see of Plans to empty a node, from files.
func TestDrainGolden(t *testing.T) {
	file := filepath.Join("testdata", "drain.yaml")
	for name, line := range drainPreviews() {
		args := append(strings.Fields(line), "--dry-run", "--from", file)
		want := map[bool]int{true: 0, false: 3}[name == "drain-keep" || name == "drain-move"]
		for view, streams := range map[string]output.Streams{
			"80": {IsTerminal: true, Width: 80}, "120-color": {IsTerminal: true, Width: 120, Color: true}, "pipe": {},
		} {
			t.Run(name+"/"+view, func(t *testing.T) {
				got := runner(cmdtest.Runner{Streams: streams}).Run(t, args...)
				if got.Code != want || got.Stderr != "" {
					t.Errorf("exit code %d, want %d; stderr %q", got.Code, want, got.Stderr)
				}
				golden(t, name+"."+view, got.Stdout)
			})
		}
		golden(t, name+".json", runner(cmdtest.Runner{}).Run(t, append(args, "-o", "json")...).Stdout)
	}
}

// Invalid command lines end with one line that says why, before anything is read.
func TestDrainMisuse(t *testing.T) {
	const neither = "choose what becomes of the claims on the node: --keep-claims (it comes back; their Pods wait for it) or --move-claims (it does not; their Pods start elsewhere, on empty volumes)"
	for _, tc := range []struct{ args, want string }{
		{"drain", "which node? usage: kubectl localpv drain NODE"},
		{"drain node-1 node-2 --keep-claims", "one node at a time, not node-1, node-2; usage: kubectl localpv drain NODE"},
		{"drain pod/x --keep-claims", `"pod/x" is no name of a node: write NAME or node/NAME`},
		{"drain node-1", neither},
		{"drain node-1 --keep-claims --move-claims", neither},
		{"drain node-1 --keep-claims --clean", "--clean has the volumes erased that claims leave, so it needs --move-claims"},
		{"drain node-1 --move-claims --allow-down", "--allow-down is about members that wait for the node, so it needs --keep-claims"},
		{"drain node-1 --move-claims --accept-data-loss data", "--accept-data-loss=data is no claim: write NAMESPACE/NAME"},
		{"drain node-1 --move-claims --grace-period=0", "--grace-period=0 removes a Pod from the API before its kubelet has stopped it, so that two copies of one member could run: use 1 or more"},
		{"drain node-1 --keep-claims --timeout 0s", "--timeout=0s leaves no time: use e.g. 10m"},
	} {
		t.Run(tc.args, func(t *testing.T) {
			runner(cmdtest.Runner{}).Run(t, append(strings.Fields(tc.args), "--dry-run", "--from", "does-not-exist.yaml")...).Fails(t, 2, tc.want)
		})
	}
	runner(cmdtest.Runner{}).Run(t, "drain", "node-11", "--keep-claims", "--dry-run", "--from", filepath.Join("testdata", "drain.yaml")).
		Fails(t, 2, `no node "node-11" in the cluster (did you mean node-1 or node-0 or node-2?)`)
}
