package change

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"
)

// TestChangesCarryTheConnection: so do the commands in Plans, refusals and Results, for people and for programs.
func TestChangesCarryTheConnection(t *testing.T) {
	flags, typed := cmdtest.Connection(t)
	for _, tc := range []struct{ file, args, prints string }{
		{rescueFile, "recover node-2 --fenced --dry-run", "kubectl localpv drain node-2 --move-claims"},
		{rescueFile, "recover node-2 --fenced --yes", "kubectl localpv drain node-2 --move-claims"},
		{clusterFile, "reclaim local-pv-0-0 --keep-data --dry-run", "kubectl localpv release pv/local-pv-0-0"},
		{filepath.Join("testdata", "drain.yaml"), "drain node-9 --keep-claims --dry-run", "kubectl localpv recover node-9"},
		{filepath.Join("testdata", "drain.yaml"), "drain node-1 --move-claims --accept-data-loss shop/index --ignore-daemonsets --delete-emptydir-data --force --dry-run", "kubectl localpv release pvc/notes -n shop"},
	} {
		for _, format := range []string{"", " -o json"} {
			got := runner(cmdtest.Runner{Client: cmdtest.Cluster(t, tc.file)}).Run(t, slices.Concat(strings.Fields(tc.args+format), flags)...)
			got.Carries(t, tc.args+format, tc.prints, typed)
		}
	}
	const next = "reattach local-pv-9-0 --claim default/data-mysql-0 --replace --dry-run -o json"
	got := runner(cmdtest.Runner{Client: cmdtest.Cluster(t, clusterFile)}).Run(t, slices.Concat(strings.Fields(next), flags)...)
	got.Carries(t, next, "kubectl localpv reattach local-pv-0-0 --replace", typed)
}

// TestRunAgainCarriesTheConnection: so does the command that finishes what is left.
func TestRunAgainCarriesTheConnection(t *testing.T) {
	flags, typed := cmdtest.Connection(t)
	client := changeable(t)
	client.PrependReactor("patch", "persistentvolumes", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, nil, errors.New("the disk of the server is full")
	})
	got := runChange(t, client, false, "", slices.Concat([]string{"reclaim", "local-pv-9-0", "--keep-data", "--yes", "--timeout=3s"}, flags)...)
	got.Carries(t, "a failure", "kubectl localpv reclaim local-pv-9-0 --keep-data --timeout=3s --yes", typed)
	if got.Code != cli.ExitFailed {
		t.Errorf("exit code %d", got.Code)
	}
}
