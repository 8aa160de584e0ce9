package whypending

import (
	"slices"
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// TestWhyPendingCommandsCarryTheConnection: each command that is printed, also behind a pipe and in an error, carries what was
// typed to reach the cluster, but for secrets.
func TestWhyPendingCommandsCarryTheConnection(t *testing.T) {
	flags, typed := cmdtest.Connection(t)
	for _, tc := range []struct{ args, prints string }{
		{"big -n default", "kubectl localpv why-pending big -n default --print-volume node-0" + typed + " | kubectl create -f -"},
		{"big -n default", "kubectl localpv why-pending big -n default --print-fix ask-100gi-big" + typed + " | kubectl replace --force -f -"},
		{"mysql-1 -n shop", "kubectl localpv recover node-1"},
		{"mysql-1 -n shop --print-fix empty-data-mysql-1", "kubectl localpv recover node-1"},
		{"-A", "kubectl localpv why-pending big -n default"},
		{"mysql-1 -n shop -o jsonpath={.items[0].fixes[1].commands[0].text}", "kubectl localpv recover node-1"},
		{"big -n default -o json", "kubectl localpv why-pending big -n default --print-volume node-0" + typed + " | kubectl create -f -"},
	} {
		got := runner(cmdtest.Runner{Client: pendingCluster(t)}).Run(t, slices.Concat([]string{"why-pending"}, strings.Fields(tc.args), flags)...)
		got.Carries(t, tc.args, tc.prints, typed)
	}
}

// TestManifestOnATerminal: what a manifest holds of the cluster must not act on a terminal.
func TestManifestOnATerminal(t *testing.T) {
	hostile := func(s *inspect.Snapshot) {
		for _, c := range s.Claims {
			if c.Name == "big" {
				c.Annotations = map[string]string{"note": "right\u202eleft"}
			}
		}
	}
	for _, terminal := range []bool{true, false} {
		r := runner(cmdtest.Runner{Client: pendingCluster(t, hostile), Streams: output.Streams{IsTerminal: terminal}})
		got := r.Run(t, "why-pending", "big", "-n", "default", "--print-fix", "ask-100gi-big")
		if got.Code != cli.ExitOK || !strings.Contains(got.Stdout, "right") || terminal && strings.Contains(got.Stdout, "\u202e") {
			t.Errorf("terminal %t: exit code %d\n%q%s", terminal, got.Code, got.Stdout, got.Stderr)
		}
	}
}
