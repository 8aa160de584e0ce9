package ls

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

const clusterFile = "testdata/cluster.yaml"

// What people and programs see of the same cluster.
func TestLsGolden(t *testing.T) {
	views := map[string]output.Streams{
		"120":       {IsTerminal: true, Width: 120},
		"80":        {IsTerminal: true, Width: 80},
		"120-color": {IsTerminal: true, Width: 120, Color: true},
		"pipe":      {},
	}
	for name, args := range map[string][]string{
		"ls":         nil,
		"ls-wide":    {"-o", "wide"},
		"ls-summary": {"--summary"},
		"ls-age":     {"--sort-by", "age"},
	} {
		for view, streams := range views {
			t.Run(name+"/"+view, func(t *testing.T) {
				got := runner(cmdtest.Runner{Streams: streams}).Run(t, append([]string{"ls", "--from", clusterFile}, args...)...)
				if got.Code != 0 || got.Stderr != "" {
					t.Errorf("exit code %d, stderr %q", got.Code, got.Stderr)
				}
				if !streams.Color && strings.Contains(got.Stdout, "\x1b") {
					t.Error("escape sequences without color")
				}
				golden(t, name+"."+view, got.Stdout)
			})
		}
	}
	for _, format := range []string{"json", "yaml"} {
		golden(t, "ls."+format, runner(cmdtest.Runner{}).Run(t, "ls", "--from", clusterFile, "--summary", "-o", format).Stdout)
	}
}

// fakeCluster serves the objects of testdata/cluster.yaml, and two namespaces.
func fakeCluster(t *testing.T) *fake.Clientset {
	t.Helper()
	return cmdtest.Cluster(t, clusterFile, func(s *inspect.Snapshot) {
		s.Namespaces = []*corev1.Namespace{{ObjectMeta: metav1.ObjectMeta{Name: "default"}}, {ObjectMeta: metav1.ObjectMeta{Name: "shop"}}}
	})
}

func TestLsReadsOnlyWhatItNeeds(t *testing.T) {
	for args, want := range map[string]string{
		"ls":         "persistentvolumes nodes csinodes persistentvolumeclaims",
		"ls -o name": "persistentvolumes nodes csinodes",
		"ls -n shop": "persistentvolumes nodes csinodes namespaces persistentvolumeclaims",
		"ls -o wide": "persistentvolumes pods persistentvolumeclaims nodes csinodes replicasets jobs",
		"ls -o json": "persistentvolumes pods persistentvolumeclaims nodes csinodes replicasets jobs",
	} {
		client := fakeCluster(t)
		if got := runner(cmdtest.Runner{Client: client}).Run(t, strings.Fields(args)...); got.Code != 0 {
			t.Errorf("%s: %s", args, got.Stderr)
		}
		read := map[string]bool{}
		for _, a := range client.Actions() {
			if a.GetVerb() != "list" {
				t.Errorf("%s sent %s %s", args, a.GetVerb(), a.GetResource().Resource)
			}
			read[a.GetResource().Resource] = true
		}
		for kind := range strings.FieldsSeq(want) {
			if !read[kind] {
				t.Errorf("%s did not read %s", args, kind)
			}
			delete(read, kind)
		}
		for kind := range read {
			t.Errorf("%s read %s", args, kind)
		}
	}
}

func TestLsWithoutPermissions(t *testing.T) {
	t.Run("volumes", func(t *testing.T) {
		client := fakeCluster(t)
		cmdtest.Forbid(client, "persistentvolumes")
		runner(cmdtest.Runner{Client: client}).Run(t, "ls").Fails(t, cli.ExitFailed, `not allowed to list persistentvolumes in the whole cluster: User "jane" cannot list resource `+
			`"persistentvolumes" in API group "" at the cluster scope; it takes a role with the verb list on persistentvolumes`)
	})
	client := fakeCluster(t)
	cmdtest.Forbid(client, "nodes")
	blind := runner(cmdtest.Runner{Client: client})
	t.Run("nodes", func(t *testing.T) {
		got := blind.Run(t, "ls")
		if got.Code != 0 || strings.Contains(got.Stdout, "Ready") || strings.Contains(got.Stdout, "missing") || strings.Count(got.Stdout, "?") != 5 {
			t.Errorf("homes are not unknown:\n%s", got.Stdout)
		}
		if want := "warning: the volumes' nodes and their status: unknown (forbidden: list nodes)\n"; got.Stderr != want {
			t.Errorf("stderr %q, want %q", got.Stderr, want)
		}
	})
	t.Run("orphaned needs nodes", func(t *testing.T) {
		blind.Run(t, "ls", "--orphaned").Fails(t, cli.ExitFailed, "cannot tell which volumes have lost their node: the nodes are unknown (forbidden: list nodes)")
	})
	t.Run("a host that a volume names is known all the same", func(t *testing.T) {
		if got := blind.Run(t, "ls", "node-9", "-o", "name"); got.Code != 0 || got.Stdout != "persistentvolume/local-pv-9-0\n" {
			t.Errorf("exit code %d, stdout %q", got.Code, got.Stdout)
		}
		blind.Run(t, "ls", "node-7").Fails(t, cli.ExitFailed, `cannot tell whether there is a node "node-7": no local volume names it, and the nodes are unknown (forbidden: list nodes)`)
	})
	t.Run("Pods", func(t *testing.T) {
		client := fakeCluster(t)
		cmdtest.Forbid(client, "pods")
		r := runner(cmdtest.Runner{Client: client})
		if got := r.Run(t, "ls", "-o", "wide"); got.Code != 0 || strings.Count(got.Stdout, "unknown   unknown") != 5 {
			t.Errorf("Pods and owners are not unknown:\n%s", got.Stdout)
		}
		var list inventory.VolumeList
		got := r.Run(t, "ls", "-o", "json")
		if err := json.Unmarshal([]byte(got.Stdout), &list); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(got.Stdout, "consumers") || len(list.Gaps) != 1 || list.Gaps[0].Reason != "forbidden: list pods" {
			t.Errorf("gaps %v in\n%s", list.Gaps, got.Stdout)
		}
	})
}

func TestLsFindsNothing(t *testing.T) {
	files := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(files, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	noVolumes := write("none.json", `{"kind":"PersistentVolumeList","apiVersion":"v1","items":[]}`+"\n"+`{"kind":"NodeList","apiVersion":"v1","items":[]}`)
	silent := write("nodes.yaml", "kind: Node\napiVersion: v1\nmetadata: {name: one}\n")
	remote := write("nfs.yaml", "kind: PersistentVolume\napiVersion: v1\nmetadata: {name: nfs}\nspec: {nfs: {server: s, path: /}}\n---\nkind: NodeList\napiVersion: v1\nitems: []\n")
	one := func(class string) string {
		return write("one"+class+".yaml", "kind: PersistentVolume\napiVersion: v1\nmetadata: {name: v}\nspec: {storageClassName: '"+class+"', local: {path: /v}, nodeAffinity: {required: "+
			"{nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [n0]}]}]}}}\n---\nkind: NodeList\napiVersion: v1\nitems: []\n")
	}
	cluster := []string{"ls", "--from", clusterFile}
	for _, tc := range []struct {
		name string
		args []string
		live bool
		want string
	}{
		{"no volumes", []string{"ls", "--from", noVolumes}, false, "No local volumes found: there are no persistent volumes in " + noVolumes + ".\n"},
		{"nothing said of volumes", []string{"ls", "--from", silent}, false, "No local volumes found: the persistent volumes are unknown (not in the files).\n"},
		{"none local", []string{"ls", "--from", remote}, false, "No local volumes found: the only persistent volume in " + remote + " is not local to particular nodes.\n"},
		{"one in all", []string{"ls", "--from", one("fast"), "--class", "slow"}, false,
			"No local volumes found of class slow (there is 1 in all); the only class of local volumes is fast.\n"},
		{"no class", []string{"ls", "--from", one(""), "--class", "slow"}, false,
			"No local volumes found of class slow (there is 1 in all); no local volume has a class.\n"},
		{"filters", append(cluster, "--phase=failed,Pending", "--class", "local-ssd", "-l", "a=b", "--orphaned", "node-9", "-n", "shop"), false,
			"No local volumes found whose node does not exist, in phase Failed or Pending, of class local-ssd, labelled a=b, claimed from namespace shop, on node-9 (there are 5 in all).\n"},
		{"class", append(cluster, "--class", "local-sdd"), false,
			"No local volumes found of class local-sdd (there are 5 in all); the classes of local volumes are local-hdd, local-ssd.\n"},
		{"namespace", []string{"ls", "-n", "shpo"}, true,
			"No local volumes found claimed from namespace shpo (there are 5 in all); there is no namespace shpo (did you mean shop?).\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := runner(cmdtest.Runner{})
			if tc.live {
				r.Client = fakeCluster(t)
			}
			got := r.Run(t, tc.args...)
			if got.Code != 0 || got.Stdout != "" || got.Stderr != tc.want {
				t.Errorf("exit code %d, stdout %q, stderr\n%swant\n%s", got.Code, got.Stdout, got.Stderr, tc.want)
			}
		})
	}
	t.Run("programs get an empty list", func(t *testing.T) {
		var list inventory.VolumeList
		got := runner(cmdtest.Runner{}).Run(t, "ls", "--from", noVolumes, "-o", "json")
		if err := json.Unmarshal([]byte(got.Stdout), &list); err != nil || list.Kind != "VolumeList" || list.Items == nil {
			t.Errorf("%v\n%s", err, got.Stdout)
		}
	})
}

func TestLsReadsStandardInput(t *testing.T) {
	content, err := os.ReadFile(clusterFile)
	if err != nil {
		t.Fatal(err)
	}
	got := runner(cmdtest.Runner{Stdin: string(content)}).Run(t, "ls", "--from", "-", "--phase", "released", "-o", "name")
	if got.Code != 0 || got.Stdout != "persistentvolume/local-pv-9-0\n" {
		t.Errorf("exit code %d, stdout %q, stderr %q", got.Code, got.Stdout, got.Stderr)
	}
}

// A volume whose strings came from somebody else must not move the cursor of who looks at it.
func TestLsOnATerminalIsSafe(t *testing.T) {
	evil := "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: \"pv\\e[2J\\rok\"}\nspec:\n" +
		"  capacity: {storage: 1Gi}\n  storageClassName: \"x\\u202Egnp\"\n  claimRef: {namespace: \"a\\nb\", name: \"c\\a\", uid: u}\n" +
		"  local: {path: \"/\\e]0;title\\a\"}\n  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [\"n\\u009B1m\"]}]}]}}\n" +
		"status: {phase: \"Re\\eleased\"}\n---\nkind: NodeList\napiVersion: v1\nitems: []\n"
	for _, format := range []string{"table", "wide", "name", "json", "jsonpath={.items[*].name}", "custom-columns=A:.name,B:.storageClass", "go-template={{range .items}}{{.source.path}}{{end}}"} {
		for _, args := range [][]string{{"-o", format}, {"-o", format, "--no-headers"}} {
			got := runner(cmdtest.Runner{Stdin: evil, Streams: output.Streams{IsTerminal: true, Width: 80}}).Run(t, append([]string{"ls", "--from", "-"}, args...)...)
			if got.Code != 0 || got.Stdout == "" {
				t.Fatalf("%v: exit code %d, stdout %q, stderr %q", args, got.Code, got.Stdout, got.Stderr)
			}
			if i := strings.IndexFunc(got.Stdout+got.Stderr, func(r rune) bool {
				return r < 0x20 && r != '\n' || r >= 0x7f && r < 0xa0 || r == '\u202e'
			}); i >= 0 {
				t.Errorf("%v lets control characters through: %q %q", args, got.Stdout, got.Stderr)
			}
		}
	}
}
