package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

func TestConnectionLine(t *testing.T) {
	prod := connection{phrase.Connection{Flags: []string{"--context", "prod"}, From: []string{"--from", "dump.json"}}}
	for command, want := range map[string]string{
		"kubectl uncordon n0": "kubectl uncordon n0 --context prod",
		"kubectl localpv why-pending db -n shop --print-fix x | kubectl create -f -": "kubectl localpv why-pending db -n shop --print-fix x --context prod --from dump.json | kubectl create -f - --context prod",
		"kubectl localpv why-pending db -n shop --print-fix x > x.yaml":              "kubectl localpv why-pending db -n shop --print-fix x --context prod --from dump.json > x.yaml",
		"kubectl localpv release pvc/data -n shop":                                   "kubectl localpv release pvc/data -n shop --context prod",
		`kubectl patch pod p -p '{"value":"a|b>c"}'`:                                 `kubectl patch pod p -p '{"value":"a|b>c"}' --context prod`,
	} {
		if got := prod.line(command); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", command, got, want)
		}
		if got := (connection{}).line(command); got != command {
			t.Errorf("without a connection, %s is %s", command, got)
		}
	}
}

// TestWhyPendingCommandsCarryTheConnection holds what is printed against the flags that were typed.
func TestWhyPendingCommandsCarryTheConnection(t *testing.T) {
	config := filepath.Join(t.TempDir(), "config")
	text := "apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: 'https://c.test'}}]\ncontexts: [{name: prod, context: {cluster: c}}]\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	typed := " --as 'jane doe' --as-group ops --as-group dba --context prod --kubeconfig " + config + " --server https://cluster.test"
	flags := []string{"--context=prod", "--kubeconfig=" + config, "--as", "jane doe", "--as-group=ops", "--as-group=dba", "--token=hunter2"}
	run := func(args ...string) result {
		return runner{client: pendingCluster(t)}.run(t, append(append([]string{"why-pending"}, args...), flags...)...)
	}
	for _, tc := range []struct{ args, says string }{
		{"big -n default", "--print-volume node-0" + typed + " | kubectl create -f -" + typed + "\n"},
		{"mysql-1 -n shop", "kubectl localpv recover node-1" + typed + "\n"},
		{"-A", "  kubectl localpv why-pending big -n default" + typed + "\n"},
		{"mysql-1 -n shop -o jsonpath={.items[0].fixes[1].commands[0]}", "kubectl localpv recover node-1" + typed},
	} {
		got := run(strings.Fields(tc.args)...)
		if got.code != ExitFindings || !strings.Contains(got.stdout, tc.says) || strings.Contains(got.stdout, "hunter2") {
			t.Errorf("%s: exit code %d, want ...%s...:\n%s%s", tc.args, got.code, tc.says, got.stdout, got.stderr)
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
