package docs

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd"
)

// market is a cluster in which all names exist that the documentation uses in commands.
func market() []string {
	return strings.Split(`class
nodes node-0 node-1 node-2 node-3
kubectl get ns shop >/dev/null 2>&1 || kubectl create ns shop
volume local-pv-0-0 node-0 100Gi default/data-mysql-0
volume local-pv-0-1 node-0 100Gi shop/data-db-0
volume local-pv-1-0 node-1 100Gi default/data-old-0
volume local-pv-1-1 node-1 100Gi default/data-mysql-1
volume local-pv-2-0 node-2 100Gi default/data-mysql-2
volume local-pv-2-1 node-2 100Gi shop/data-db-1
volume local-pv-3-0 node-3 100Gi shop/data-db-2
volume local-pv-3-1 node-3 100Gi
database old 1 50Gi
database mysql 3 50Gi
database shop/db 3 50Gi
database db 1 500Gi
member-ready old-0 mysql-0 mysql-1 mysql-2
refused db-0
kubectl wait --for=condition=Ready pod -n shop -l app=db --timeout=300s
kubectl delete statefulset old
kubectl wait --for=delete pod/old-0 --timeout=300s
kubectl localpv release pvc/data-old-0 --yes`, "\n")
}

// around is what a command may rely on: a home with the usual directories, a zsh's list of them, and the checkout's manifests.
const around = `mkdir -p ~/.local/bin; fpath=(none ~); ln -sfn "$CHECKOUT/deploy" deploy; `

// TestCommandsAreUnderstood runs every command of the documentation and the help that is shown without what it prints. What
// would change something runs dry. All have to be understood: blocked is fine, misuse and failure are not.
func TestCommandsAreUnderstood(t *testing.T) {
	commands := map[string][]string{}
	root := filepath.Join("..", "..")
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/guides/*.md"} {
		paths, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no pages like %s: %v", pattern, err)
		}
		for _, path := range paths {
			page, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			commands[filepath.Base(path)] = commandsIn(string(page))
		}
	}
	for _, page := range cmd.Manual() {
		commands[page.Command+" --help"] = typeable(strings.Split(page.Example, "\n"))
	}
	ctx, w := begin(t)
	if err := w.prepare(ctx, market()); err != nil {
		t.Fatal(err)
	}
	tried := map[string]bool{}
	for _, where := range sortedKeys(commands) {
		for _, command := range commands[where] {
			if line := harmless(command); !elsewhere(command) && !tried[line] {
				tried[line] = true
				understand(ctx, t, w, where, line)
			}
		}
	}
	if len(tried) < 35 {
		t.Errorf("only %d commands were found", len(tried))
	}
}

func understand(ctx context.Context, t *testing.T, w *world, where, line string) {
	t.Helper()
	shell, err := w.lab.Shell(ctx, w.dir, around+line)
	if err != nil {
		t.Fatal(err)
	}
	checkout, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	shell.Env = append(shell.Env, "CHECKOUT="+checkout)
	var errOut strings.Builder
	shell.Stderr = &errOut
	err = shell.Run()
	if exit := shell.ProcessState.ExitCode(); exit != 0 && exit != 3 || strings.Contains(errOut.String(), "error: ") {
		t.Errorf("%s: %s: exit code %d, %v: %s", where, line, exit, err, errOut.String())
	}
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func TestCommandsIn(t *testing.T) {
	page := "# T\n\n    kubectl a   # why\n    make test\n\n```sh\n# c\nkubectl b\n```\n\n```console\n$ kubectl no\n    kubectl no\n```\n\n```\nkubectl no\n```\n\n    kubectl c\n"
	if diff := cmp.Diff([]string{"kubectl a   # why", "kubectl b", "kubectl c"}, commandsIn(page)); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
}

func TestHarmless(t *testing.T) {
	for command, want := range map[string]string{
		"kubectl localpv release pvc/x   # y":    "kubectl localpv release pvc/x --dry-run",
		"kubectl localpv drain a --dry-run":      "kubectl localpv drain a --dry-run",
		"kubectl localpv ls -o wide":             "kubectl localpv ls -o wide",
		"kubectl localpv auth drain":             "kubectl localpv auth drain",
		"kubectl taint node a k=v:NoSchedule":    "kubectl taint node a k=v:NoSchedule --dry-run=server",
		"kubectl get pv NAME -o jsonpath='{.a}'": "kubectl get pv local-pv-1-0 -o jsonpath='{.a}'",
	} {
		if got := harmless(command); got != want {
			t.Errorf("%q becomes %q, want %q", command, got, want)
		}
	}
}
