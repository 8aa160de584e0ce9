package e2e

import (
	"encoding/json"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// openShop applies testdata/shop.yaml, once or again, and waits until its last Pods are Pending.
func openShop(t *testing.T) example {
	t.Helper()
	shop := readManifest(t, "testdata/shop.yaml", "")
	ctx := within(t)
	if err := applyNodes(ctx, shop); err != nil {
		t.Fatal(err)
	}
	if err := applyRest(ctx, shop); err != nil {
		t.Fatal(err)
	}
	err := controlplane.WaitForAll(ctx, cluster.Client().CoreV1().Pods(shop.namespace), "of the shop", metav1.ListOptions{},
		func(pods []*corev1.Pod) (bool, string) {
			refused := 0
			for _, pod := range pods {
				if met, _ := schedulerSays(noVolume)(pod); met {
					refused++
				}
			}
			return len(pods) == 5 && refused == 3, podNames(pods)
		})
	if err != nil {
		t.Fatal(err)
	}
	return shop
}

func podNames(pods []*corev1.Pod) string {
	var names []string
	for _, pod := range pods {
		names = append(names, pod.Name)
	}
	return strings.Join(names, " ")
}

// TestNamesOfEveryType asks about the same Pods by all that they can be called by.
func TestNamesOfEveryType(t *testing.T) {
	shop := openShop(t)
	tests := []struct {
		args []string
		pods []string // without what a controller adds to a name
		exit int
	}{
		{[]string{"db-2"}, []string{"db-2"}, 3},
		{[]string{"pod/db-2"}, []string{"db-2"}, 3},
		{[]string{"pod/db-0"}, []string{"db-0"}, 0},
		{[]string{"statefulset/db"}, []string{"db-2"}, 3},
		{[]string{"sts", "db"}, []string{"db-2"}, 3},
		{[]string{"deployment/web"}, []string{"web"}, 3},
		{[]string{"deploy/web", "job/import"}, []string{"web", "import"}, 3},
		{[]string{"pvc/data-db-2"}, []string{"db-2"}, 3},
		{[]string{"pvc/big"}, []string{"import", "web"}, 3},
		{[]string{"pvc/spare"}, []string{""}, 0},
		{[]string{"pvc/data-db-0"}, nil, 0},
		{nil, []string{"db-2", "import", "web"}, 3},
	}
	for _, tc := range tests {
		t.Run(strings.Join(tc.args, "_"), func(t *testing.T) {
			run := runPlugin(t, append([]string{"why-pending", "-n", shop.namespace, "-o", "json"}, tc.args...)...)
			if diff := cmp.Diff(tc.pods, shopPods(t, run)); diff != "" || run.exit != tc.exit {
				t.Errorf("exit %d, want %d; the Pods (- want, + got):\n%s\n%s", run.exit, tc.exit, diff, run.err)
			}
		})
	}
	everywhere := runPlugin(t, "why-pending", "-A", "-o", "json")
	for _, name := range []string{"db-2", "import", "web"} {
		if !slices.Contains(shopPods(t, everywhere), name) || everywhere.exit != 3 {
			t.Errorf("exit %d; -A does not tell of %s", everywhere.exit, name)
		}
	}
}

// shopPods are the Pods of a report in the shop, as in "web" for web-6c5f-x2p.
func shopPods(t *testing.T, run result) []string {
	t.Helper()
	var report pending.Report
	if err := json.Unmarshal([]byte(run.out), &report); err != nil {
		t.Fatalf("%v: %s%s", err, run.out, run.err)
	}
	var names []string
	for _, answer := range answersOf(report) {
		if answer.Pod.Namespace == "localpv-shop" {
			name := answer.Pod.Name
			if !strings.HasPrefix(name, "db-") {
				name, _, _ = strings.Cut(name, "-")
			}
			names = append(names, name)
		}
	}
	return names
}

// TestWrongNames checks that what is misspelt or elsewhere is misuse, and that the answer helps.
func TestWrongNames(t *testing.T) {
	shop := openShop(t)
	tests := []struct {
		args []string
		says []string
	}{
		{[]string{"why-pending", "db-22", "-n", shop.namespace}, []string{`"db-22"`, shop.namespace, "db-2"}},
		{[]string{"why-pending", "db-2"}, []string{`"db-2"`, "default", "add -n " + shop.namespace}},
		{[]string{"why-pending", "db-2", "-n", "localpv-shopp"}, []string{`no namespace "localpv-shopp"`, shop.namespace}},
		{[]string{"why-pending", "sts/dbb", "-n", shop.namespace}, []string{`"dbb"`, "db"}},
		{[]string{"why-pending", "sset/db", "-n", shop.namespace}, []string{`unknown type "sset"`, "statefulset"}},
		{[]string{"why-pending", "db-2", "-n", shop.namespace, "--node", "shop-7"}, []string{`"shop-7"`, "shop-"}},
		{[]string{"ls", "shop-7"}, []string{`"shop-7"`, "shop-"}},
		{[]string{"ls", "--phase", "bond"}, []string{`"bond"`, "Bound"}},
	}
	for _, tc := range tests {
		t.Run(strings.Join(tc.args, "_"), func(t *testing.T) {
			checkRefusal(t, runPlugin(t, tc.args...), 2, tc.says...)
		})
	}
}

// checkRefusal checks that a run ended with one line on standard error and nothing else.
func checkRefusal(t *testing.T, run result, exit int, says ...string) {
	t.Helper()
	if run.exit != exit || run.out != "" || strings.Count(run.err, "\n") != 1 || !strings.HasPrefix(run.err, "error: ") {
		t.Errorf("exit %d, want %d and one line; stdout %q, stderr %q", run.exit, exit, run.out, run.err)
	}
	for _, words := range says {
		if !strings.Contains(run.err, words) {
			t.Errorf("the error does not say %q: %s", words, run.err)
		}
	}
}

// TestNoCluster asks servers that are not there or do not let the plugin in.
func TestNoCluster(t *testing.T) {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	dead := cluster.Config()
	dead.Host = "https://" + nobody
	expired := rest.AnonymousClientConfig(cluster.Config())
	expired.BearerToken = "this-was-a-token"
	stranger, err := cluster.RestConfigFor("stranger")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		config *rest.Config
		says   []string
	}{
		{"dead", dead, []string{nobody, "refuses the connection"}},
		{"expired", expired, []string{"401 Unauthorized", "log in again"}},
		{"stranger", stranger, []string{"not allowed", `"stranger" cannot list`}},
	}
	for _, tc := range tests {
		for _, command := range []string{"ls", "why-pending"} {
			t.Run(tc.name+"/"+command, func(t *testing.T) {
				kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
				if err := controlplane.WriteKubeconfig(kubeconfig, tc.name, tc.config); err != nil {
					t.Fatal(err)
				}
				checkRefusal(t, runPluginWith(t, output.Streams{}, command, "--kubeconfig", kubeconfig), 1, tc.says...)
			})
		}
	}
}

// TestNarrowTerminal checks that no line is wider than the terminal, but for what has to be copied.
func TestNarrowTerminal(t *testing.T) {
	shop := openShop(t)
	for _, width := range []int{80, 120} {
		for _, args := range [][]string{
			{"ls", "shop-0", "shop-1", "shop-2"},
			{"ls", "shop-0", "shop-1", "-o", "wide"},
			{"why-pending", "db-2", "-n", shop.namespace},
		} {
			run := runPluginWith(t, output.Streams{IsTerminal: true, Width: width}, append(args, "--kubeconfig", cluster.Kubeconfig())...)
			if run.out == "" {
				t.Fatalf("%v: exit %d: %s", args, run.exit, run.err)
			}
			for line := range strings.Lines(run.out) {
				line = strings.TrimSuffix(line, "\n")
				if len([]rune(line)) > width && !strings.Contains(line, "kubectl ") {
					t.Errorf("%v at %d columns: %d are taken by %q", args, width, len([]rune(line)), line)
				}
			}
		}
	}
}

// TestThroughKubectl runs the plugin as people do: kubectl finds it in the PATH, and its exit code comes through.
func TestThroughKubectl(t *testing.T) {
	shop := openShop(t)
	out, err := shell(t, t.TempDir(), "kubectl localpv why-pending sts/db -o name -n "+shop.namespace+"; echo $?").Output()
	if err != nil || string(out) != "pod/db-2\n3\n" {
		t.Errorf("%v; it prints %q", err, out)
	}
	out, err = shell(t, t.TempDir(), "kubectl localpv ls shop-0 shop-1 shop-2 -o name | xargs kubectl get -o name").Output()
	if want := "persistentvolume/shop-a\npersistentvolume/shop-b\npersistentvolume/shop-c\n"; err != nil || string(out) != want {
		t.Errorf("%v; it prints %q, want %q", err, out, want)
	}
	out, err = shell(t, t.TempDir(), "kubectl localpv ls --help").Output()
	if err != nil || !strings.Contains(string(out), "kubectl localpv ls [NODE...]") {
		t.Errorf("%v; the help is %s", err, out)
	}
}
