package cmd

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"github.com/kubectl-localpv/kubectl-localpv/deploy/rbac"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/complete"
)

func named(names ...string) []map[string]any {
	var rows []map[string]any
	for _, name := range names {
		rows = append(rows, map[string]any{"Name": name})
	}
	return rows
}

func shopLists() map[string][]map[string]any {
	return map[string][]map[string]any{
		"/api/v1/nodes": {
			{"Name": "node-1", "Status": "NotReady"}, {"Name": "node-0", "Status": "Ready"}, {"Name": "node-2", "Status": "Ready,SchedulingDisabled"},
		},
		"/api/v1/persistentvolumes": {
			{"Name": "pv-a", "Status": "Available", "Capacity": "1Gi"},
			{"Name": "pv-b", "Status": "Bound", "Capacity": "1Gi", "Claim": "shop/data-db-0", "StorageClass": "ssd"},
			{"Name": "pv-r", "Status": "Released", "Capacity": "2Gi", "Claim": "shop/old", "StorageClass": "<none>"},
			{"Name": "pv-f", "Status": "Failed", "Capacity": "2Gi"},
		},
		"/api/v1/namespaces": named("shop", "default"),
		"/api/v1/namespaces/shop/persistentvolumeclaims": {
			{"Name": "data-db-0", "Status": "Bound", "Volume": "pv-b"}, {"Name": "data-db-1", "Status": "Pending"},
		},
		"/api/v1/namespaces/shop/pods?status.phase=Pending":    named("db-1", "web"),
		"/api/v1/namespaces/default/pods?status.phase=Pending": named("other"),
		"/apis/apps/v1/namespaces/shop/statefulsets":           named("db"),
		"/apis/batch/v1/namespaces/shop/cronjobs":              named("nightly"),
		"/apis/storage.k8s.io/v1/storageclasses":               named("ssd", "hdd"),
	}
}

const (
	noFiles = ":4" // cobra.ShellCompDirectiveNoFileComp
	noSpace = ":6" // and cobra.ShellCompDirectiveNoSpace
)

func TestComplete(t *testing.T) {
	server := cmdtest.TableServer(t, shopLists())
	tests := []struct {
		typed string // the last word is the one to complete; _ stands for an empty one
		want  []string
	}{
		{"ls _", []string{"node-0\tReady", "node-1\tNotReady", "node-2\tReady,SchedulingDisabled", noFiles}},
		{"ls node-0 node/n", []string{"node/node-0\tReady", "node/node-1\tNotReady", "node/node-2\tReady,SchedulingDisabled", noFiles}},
		{"ls node-0 node-", []string{"node-1\tNotReady", "node-2\tReady,SchedulingDisabled", noFiles}},
		{"ls --phase _", []string{"Pending", "Available", "Bound", "Released", "Failed", noFiles}},
		{"ls --phase Bound,Re", []string{"Bound,Released", noFiles}},
		{"ls --phase=Bound,B", []string{noFiles}},
		{"ls --class _", []string{"hdd", "ssd", noFiles}},
		{"ls --class=hdd,_", []string{"hdd,ssd", noFiles}},
		{"ls -o _", []string{"table", "wide", "json", "yaml", "name", "jsonpath=", "go-template=", "custom-columns=", "jsonpath-file=", "go-template-file=", "custom-columns-file=", noFiles}},
		{"ls -o cu", []string{"custom-columns=", "custom-columns-file=", noSpace}},
		{"ls --sort-by c", []string{"capacity", "class", noFiles}},
		{"ls -l _", []string{noFiles}},
		{"ls --from _", []string{":0"}},
		{"ls --from dump.json _", []string{noFiles}},
		{"ls -n _", []string{"default", "shop", noFiles}},
		{"ls --color a", []string{"auto", "always", noFiles}},
		{"ls --kubeconfig _", []string{":0"}},
		{"ls --as _", []string{noFiles}},
		{"why-pending -n shop _", []string{"db-1", "web", "pod/", "pvc/", "statefulset/", "deployment/", "replicaset/", "daemonset/", "job/", "cronjob/", noFiles}},
		{"why-pending -n shop db-1 d", []string{"deployment/", "daemonset/", noSpace}},
		{"why-pending -n shop sts/_", []string{"sts/db", noFiles}},
		{"why-pending -n shop sts _", []string{"db", noFiles}},
		{"why-pending -n shop cj/n", []string{"cj/nightly", noFiles}},
		{"why-pending -n shop pvc/data-db-1 pvc/_", []string{"pvc/data-db-0", noFiles}},
		{"why-pending -n shop pod/w", []string{"pod/web", noFiles}},
		{"why-pending -n shop secret/_", []string{noFiles}},
		{"why-pending o", []string{"other", noFiles}},
		{"why-pending --volume pv-a,pv-b", []string{"pv-a,pv-b\tBound, 1Gi, ssd, shop/data-db-0", noFiles}},
		{"why-pending --node node-0,node-0", []string{noFiles}},
		{"why-pending --print-fix _", []string{noFiles}},
		{"release _", []string{"pvc/", "pv/", noSpace}},
		{"release -n shop pvc/_", []string{"pvc/data-db-0\tBound, pv-b", noFiles}},
		{"release -n shop pvc _", []string{"data-db-0\tBound, pv-b", noFiles}},
		{"release pv _", []string{"pv-b\tBound, 1Gi, ssd, shop/data-db-0", noFiles}},
		{"release pv/_", []string{"pv/pv-b\tBound, 1Gi, ssd, shop/data-db-0", noFiles}},
		{"reclaim _", []string{"pv-f\tFailed, 2Gi", "pv-r\tReleased, 2Gi, shop/old", noFiles}},
		{"reclaim pv-f pv/_", []string{"pv/pv-f\tFailed, 2Gi", "pv/pv-r\tReleased, 2Gi, shop/old", noFiles}},
		{"reclaim --for _", []string{"default/", "shop/", noSpace}},
		{"reclaim --for shop/_", []string{"shop/data-db-1\tPending", noFiles}},
		{"reclaim --accept-foreign-data pv-a,_", []string{"pv-a,pv-f\tFailed, 2Gi", "pv-a,pv-r\tReleased, 2Gi, shop/old", noFiles}},
		{"recover --accept-foreign-data pv-a,_", []string{"pv-a,pv-f\tFailed, 2Gi", "pv-a,pv-r\tReleased, 2Gi, shop/old", noFiles}},
		{"drain --accept-foreign-data _", []string{"pv-a\tAvailable, 1Gi", "pv-f\tFailed, 2Gi", "pv-r\tReleased, 2Gi, shop/old", noFiles}},
		{"reattach _", []string{"pv-r\tReleased, 2Gi, shop/old", noFiles}},
		{"reattach pv-r _", []string{noFiles}},
		{"recover _", []string{"node-1\tNotReady", noFiles}},
		{"recover --accept-data-loss shop/_", []string{"shop/data-db-0\tBound, pv-b", noFiles}},
		{"drain _", []string{"node-0\tReady", "node-2\tReady,SchedulingDisabled", noFiles}},
		{"drain node-0 _", []string{noFiles}},
		{"drain -o _", []string{"json", "yaml", noFiles}},
		{"completion _", []string{"kubectl", "bash", "zsh", "fish", "powershell", noFiles}},
		{"version _", []string{noFiles}},
	}
	for _, tc := range tests {
		t.Run(strings.ReplaceAll(tc.typed, "/", ":"), func(t *testing.T) {
			if diff := cmp.Diff(tc.want, completions(t, "--server="+server.URL, tc.typed)); diff != "" {
				t.Errorf("offered (-want +got):\n%s", diff)
			}
		})
	}
}

// completions are the lines that a shell gets for what is typed behind kubectl-localpv.
func completions(t *testing.T, flag, typed string) []string {
	t.Helper()
	words := strings.Fields(typed)
	last := len(words) - 1
	words[last] = strings.TrimSuffix(words[last], "_")
	if flag != "" {
		words = append([]string{flag}, words...)
	}
	got := runner(cmdtest.Runner{}).Run(t, append([]string{"__complete"}, words...)...)
	if got.Code != 0 || strings.Contains(got.Stderr, "rror") {
		t.Errorf("exit code %d, stderr %q", got.Code, got.Stderr)
	}
	return strings.Split(strings.TrimSuffix(got.Stdout, "\n"), "\n")
}

func TestCompleteCommandsAndFlags(t *testing.T) {
	commands := strings.Join(completions(t, "", "_"), "\n")
	for _, c := range allCommands() {
		if want := c.Name() + "\t" + c.Short; c.HasParent() && !strings.Contains(commands, want) {
			t.Errorf("%q is not offered:\n%s", want, commands)
		}
	}
	help := strings.Join(completions(t, "", "help _"), "\n")
	if !strings.Contains(help, "why-pending\t") || strings.Contains(help, "__complete") {
		t.Errorf("help is completed with\n%s", help)
	}
	if flags := completions(t, "", "ls --or"); len(flags) != 2 || !strings.HasPrefix(flags[0], "--orphaned\t") {
		t.Errorf("the flags that begin with --or are %q", flags)
	}
}

// Every command says how its arguments are completed, and how each flag that takes a value, unless that is the name of a file.
func TestEveryCommandCompletes(t *testing.T) {
	for _, c := range allCommands() {
		if c.HasParent() && c.ValidArgsFunction == nil {
			t.Errorf("%s: its arguments are completed with the names of files: say in its ValidArgsFunction what else", c.CommandPath())
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if _, known := c.GetFlagCompletionFunc(f.Name); known == complete.ByShell(f) {
				t.Errorf("%s --%s: completed by the command: %t, and by the shell: %t; say with complete.Flags how, or with cobra.MarkFlagFilename that it takes a file",
					c.CommandPath(), f.Name, known, complete.ByShell(f))
			}
		})
	}
}

// Every flag that takes the name of something is offered names, or the beginnings of them.
func TestEveryNameIsOffered(t *testing.T) {
	server := cmdtest.TableServer(t, shopLists())
	names := []string{"claim", "class", "classes", "node", "nodes", "volume", "phases", "column", "format"}
	offered := 0
	for _, c := range allCommands() {
		c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
			placeholder, _ := pflag.UnquoteUsage(f)
			if !slices.Contains(names, placeholder) || complete.ByShell(f) {
				return
			}
			offered++
			if got := completions(t, "--server="+server.URL, c.Name()+" --"+f.Name+" _"); len(got) < 2 {
				t.Errorf("%s --%s takes a %s, and is offered %q", c.CommandPath(), f.Name, placeholder, got)
			}
		})
	}
	if offered < 10 {
		t.Errorf("%d flags take a name", offered)
	}
}

// Every command that has a place in the help of the program has a role, and no other has.
func TestEveryCommandHasARole(t *testing.T) {
	roles, err := rbac.Roles()
	if err != nil {
		t.Fatal(err)
	}
	var commands, known []string
	for _, c := range allCommands() {
		if c.GroupID != "" {
			commands = append(commands, c.Name())
		}
	}
	for _, role := range roles {
		known = append(known, role.Command)
	}
	slices.Sort(commands)
	if diff := cmp.Diff(commands, known); diff != "" {
		t.Errorf("deploy/rbac (-commands +roles):\n%s", diff)
	}
}

func TestCompleteFromKubeconfig(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config")
	text := `{"contexts": [{"name": "prod", "context": {}}, {"name": "dev", "context": {}}], "clusters": [{"name": "c", "cluster": {}}], "users": [{"name": "me", "user": {}}]}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string][]string{
		"ls --context _": {"dev", "prod", noFiles}, "ls --context p": {"prod", noFiles},
		"ls --cluster _": {"c", noFiles}, "ls --user _": {"me", noFiles},
	} {
		if diff := cmp.Diff(want, completions(t, "--kubeconfig="+path, typed)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", typed, diff)
		}
	}
}

// The file that is shipped is what the command prints, but on Windows, which cannot run it.
func TestKubectlScript(t *testing.T) {
	shipped, err := os.ReadFile(filepath.Join("..", "..", "kubectl_complete-localpv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, goos := range []string{"linux", "darwin"} {
		if got := kubectlScript(goos); got != string(shipped) {
			t.Errorf("completion kubectl prints on %s\n%s, and the file has\n%s", goos, got, shipped)
		}
	}
	if got := kubectlScript("windows"); !strings.HasSuffix(got, "\r\n@kubectl-localpv __complete %*\r\n") || strings.Contains(got, "#!") {
		t.Errorf("completion kubectl prints on Windows\n%s", got)
	}
	got := runner(cmdtest.Runner{}).Run(t, "completion", "kubectl")
	if got.Stdout != kubectlScript(runtime.GOOS) || got.Code != 0 {
		t.Errorf("exit code %d; completion kubectl prints\n%s", got.Code, got.Stdout)
	}
}
