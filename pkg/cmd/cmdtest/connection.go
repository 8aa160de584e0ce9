package cmdtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Connection is a connection as it is typed, and as it is to be printed: without secrets.
func Connection(t *testing.T) (flags []string, printed string) {
	t.Helper()
	config := filepath.Join(t.TempDir(), "config")
	text := "apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: 'https://c.test'}}]\ncontexts: [{name: prod, context: {cluster: c}}]\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	flags = []string{"--context=prod", "--kubeconfig=" + config, "--as", "jane doe", "--as-group=ops", "--as-group=dba", "--token=hunter2"}
	return flags, " --as 'jane doe' --as-group ops --as-group dba --context prod --kubeconfig " + config + " --server https://cluster.test"
}

// Carries wants each command that was printed to carry the connection, that one is among them, and no secret.
func (r Result) Carries(t *testing.T, name, command, connection string) {
	t.Helper()
	printed := r.Stdout + r.Stderr
	if !strings.Contains(printed, command+connection) || strings.Contains(printed, "hunter2") {
		t.Errorf("%s: want ...%s%s...:\n%s", name, command, connection, printed)
	}
	commands := regexp.MustCompile(`kubectl (localpv|create|replace|patch|delete|uncordon|taint|label|annotate|scale|get|describe) `)
	if all, carried := len(commands.FindAllString(printed, -1)), strings.Count(printed, connection); all == 0 || all != carried {
		t.Errorf("%s: %d commands, and %d of them carry the connection:\n%s", name, all, carried, printed)
	}
}
