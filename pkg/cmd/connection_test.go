package cmd

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
)

// reached is a connection as it is typed, and as it is to be printed: without secrets.
func reached(t *testing.T) (flags []string, typed string) {
	t.Helper()
	config := filepath.Join(t.TempDir(), "config")
	text := "apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: 'https://c.test'}}]\ncontexts: [{name: prod, context: {cluster: c}}]\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	flags = []string{"--context=prod", "--kubeconfig=" + config, "--as", "jane doe", "--as-group=ops", "--as-group=dba", "--token=hunter2"}
	return flags, " --as 'jane doe' --as-group ops --as-group dba --context prod --kubeconfig " + config + " --server https://cluster.test"
}

// carries wants each command that is printed to carry the connection, that one is among them, and no secret.
func carries(t *testing.T, name, printed, command, typed string) {
	t.Helper()
	if !strings.Contains(printed, command+typed) || strings.Contains(printed, "hunter2") {
		t.Errorf("%s: want ...%s%s...:\n%s", name, command, typed, printed)
	}
	commands := regexp.MustCompile(`kubectl (localpv|create|replace|patch|delete|uncordon|taint|label|annotate|scale|get|describe) `)
	if all, carried := len(commands.FindAllString(printed, -1)), strings.Count(printed, typed); all == 0 || all != carried {
		t.Errorf("%s: %d commands, and %d of them carry the connection:\n%s", name, all, carried, printed)
	}
}

// TestWhyPendingCommandsCarryTheConnection: each command that is printed, also behind a pipe and in an error, carries what was
// typed to reach the cluster, but for secrets.
func TestWhyPendingCommandsCarryTheConnection(t *testing.T) {
	flags, typed := reached(t)
	for _, tc := range []struct{ args, prints string }{
		{"big -n default", "kubectl localpv why-pending big -n default --print-volume node-0" + typed + " | kubectl create -f -"},
		{"big -n default", "kubectl localpv why-pending big -n default --print-fix ask-100gi-big" + typed + " | kubectl replace --force -f -"},
		{"mysql-1 -n shop", "kubectl localpv recover node-1"},
		{"mysql-1 -n shop --print-fix empty-data-mysql-1", "kubectl localpv recover node-1"},
		{"-A", "kubectl localpv why-pending big -n default"},
		{"mysql-1 -n shop -o jsonpath={.items[0].fixes[1].commands[0].text}", "kubectl localpv recover node-1"},
		{"big -n default -o json", "kubectl localpv why-pending big -n default --print-volume node-0" + typed + " | kubectl create -f -"},
	} {
		got := runner{client: pendingCluster(t)}.run(t, slices.Concat([]string{"why-pending"}, strings.Fields(tc.args), flags)...)
		carries(t, tc.args, got.stdout+got.stderr, tc.prints, typed)
	}
}

// TestChangesCarryTheConnection: so do the commands in Plans, refusals and Results, for people and for programs.
func TestChangesCarryTheConnection(t *testing.T) {
	flags, typed := reached(t)
	for _, tc := range []struct{ file, args, prints string }{
		{rescueFile, "recover node-2 --fenced --dry-run", "kubectl localpv drain node-2 --move-claims"},
		{rescueFile, "recover node-2 --fenced --yes", "kubectl localpv drain node-2 --move-claims"},
		{clusterFile, "reclaim local-pv-0-0 --keep-data --dry-run", "kubectl localpv release pv/local-pv-0-0"},
		{filepath.Join("testdata", "drain.yaml"), "drain node-9 --keep-claims --dry-run", "kubectl localpv recover node-9"},
		{filepath.Join("testdata", "drain.yaml"), "drain node-1 --move-claims --accept-data-loss shop/index --ignore-daemonsets --delete-emptydir-data --force --dry-run", "kubectl localpv release pvc/notes -n shop"},
	} {
		for _, format := range []string{"", " -o json"} {
			got := runner{client: serving(t, tc.file)}.run(t, slices.Concat(strings.Fields(tc.args+format), flags)...)
			carries(t, tc.args+format, got.stdout+got.stderr, tc.prints, typed)
		}
	}
	const next = "reattach local-pv-9-0 --claim default/data-mysql-0 --replace --dry-run -o json"
	got := runner{client: serving(t, clusterFile)}.run(t, slices.Concat(strings.Fields(next), flags)...)
	carries(t, next, got.stdout+got.stderr, "kubectl localpv reattach local-pv-0-0 --replace", typed)
}

// TestRunAgainCarriesTheConnection: so does the command that finishes what is left.
func TestRunAgainCarriesTheConnection(t *testing.T) {
	flags, typed := reached(t)
	client := changeable(t)
	client.PrependReactor("patch", "persistentvolumes", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, nil, errors.New("the disk of the server is full")
	})
	got := runChange(t, client, false, "", slices.Concat([]string{"reclaim", "local-pv-9-0", "--keep-data", "--yes", "--timeout=3s"}, flags)...)
	carries(t, "a failure", got.stdout+got.stderr, "kubectl localpv reclaim local-pv-9-0 --keep-data --timeout=3s --yes", typed)
	if got.code != ExitFailed {
		t.Errorf("exit code %d", got.code)
	}
}

// serving is a cluster with the objects of a file.
func serving(t *testing.T, file string) *fake.Clientset {
	t.Helper()
	s, err := collect.Files(t.Context(), testNow, []string{file}, nil, collect.Options{Kinds: []inspect.Kind{
		inspect.Nodes, inspect.PersistentVolumes, inspect.PersistentVolumeClaims, inspect.Pods, inspect.Namespaces, inspect.StorageClasses,
		inspect.ReplicaSets, inspect.StatefulSets, inspect.DaemonSets, inspect.Jobs, inspect.PodDisruptionBudgets}})
	if err != nil {
		t.Fatal(err)
	}
	var objects []runtime.Object
	add(&objects, s.Nodes)
	add(&objects, s.Volumes)
	add(&objects, s.Claims)
	add(&objects, s.Pods)
	add(&objects, s.Namespaces)
	add(&objects, s.Classes)
	add(&objects, s.ReplicaSets)
	add(&objects, s.StatefulSets)
	add(&objects, s.DaemonSets)
	add(&objects, s.Jobs)
	add(&objects, s.PodDisruptionBudgets)
	return fake.NewClientset(objects...)
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
