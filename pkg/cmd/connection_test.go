package cmd

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// TestWhyPendingCommandsCarryTheConnection: each command that is printed, also behind a pipe and in an error, carries what was
// typed to reach the cluster, but for secrets.
func TestWhyPendingCommandsCarryTheConnection(t *testing.T) {
	config := filepath.Join(t.TempDir(), "config")
	text := "apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: 'https://c.test'}}]\ncontexts: [{name: prod, context: {cluster: c}}]\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	typed := " --as 'jane doe' --as-group ops --as-group dba --context prod --kubeconfig " + config + " --server https://cluster.test"
	flags := []string{"--context=prod", "--kubeconfig=" + config, "--as", "jane doe", "--as-group=ops", "--as-group=dba", "--token=hunter2"}
	for _, tc := range []struct{ args, prints string }{
		{"big -n default", "kubectl localpv why-pending big -n default --print-volume node-0" + typed + " | kubectl create -f -" + typed},
		{"big -n default", "kubectl localpv why-pending big -n default --print-fix ask-100gi-big" + typed + " | kubectl replace --force -f -" + typed},
		{"mysql-1 -n shop", "kubectl localpv recover node-1" + typed},
		{"mysql-1 -n shop --print-fix empty-data-mysql-1", "kubectl localpv recover node-1" + typed},
		{"-A", "kubectl localpv why-pending big -n default" + typed},
		{"mysql-1 -n shop -o jsonpath={.items[0].fixes[1].commands[0].text}", "kubectl localpv recover node-1" + typed},
		{"big -n default -o json", "kubectl localpv why-pending big -n default --print-volume node-0" + typed + " | kubectl create -f -" + typed},
	} {
		got := runner{client: pendingCluster(t)}.run(t, append(append([]string{"why-pending"}, strings.Fields(tc.args)...), flags...)...)
		printed := got.stdout + got.stderr
		if !strings.Contains(printed, tc.prints) || strings.Contains(printed, "hunter2") {
			t.Errorf("%s: exit code %d, want ...%s...:\n%s", tc.args, got.code, tc.prints, printed)
		}
		commands := regexp.MustCompile(`kubectl (localpv|create|replace|patch|delete|uncordon|taint|label|annotate) `)
		if all, carried := len(commands.FindAllString(printed, -1)), strings.Count(printed, typed); all == 0 || all != carried {
			t.Errorf("%s: %d commands, and %d of them carry the connection:\n%s", tc.args, all, carried, printed)
		}
	}
}

func TestConnectionHidesPasswords(t *testing.T) {
	if got := withoutPassword("https://jane:hunter2@cluster.test"); strings.Contains(got, "hunter2") {
		t.Error(got)
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
		r := runner{client: pendingCluster(t, hostile), streams: output.Streams{IsTerminal: terminal}}
		got := r.run(t, "why-pending", "big", "-n", "default", "--print-fix", "ask-100gi-big")
		if got.code != ExitOK || !strings.Contains(got.stdout, "right") || terminal && strings.Contains(got.stdout, "\u202e") {
			t.Errorf("terminal %t: exit code %d\n%q%s", terminal, got.code, got.stdout, got.stderr)
		}
	}
}
