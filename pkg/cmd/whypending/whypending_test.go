package whypending

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes/fake"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

const pendingFile = "testdata/why-pending/cluster.yaml"

// pendingCluster serves the objects of testdata/why-pending/cluster.yaml, with changes.
func pendingCluster(t *testing.T, changes ...func(*inspect.Snapshot)) *fake.Clientset {
	t.Helper()
	return cmdtest.Cluster(t, pendingFile, changes...)
}

// withResourceClaim gives Pod big a device to ask for.
func withResourceClaim(s *inspect.Snapshot) {
	for _, p := range s.Pods {
		if p.Name == "big" {
			name := "gpu"
			p.Spec.ResourceClaims = []corev1.PodResourceClaim{{Name: "gpu", ResourceClaimName: &name}}
		}
	}
}

func TestWhyPendingReadsOnlyWhatItNeeds(t *testing.T) {
	const always = "persistentvolumes pods persistentvolumeclaims nodes events storageclasses namespaces csinodes csidrivers csistoragecapacities"
	for _, tc := range []struct {
		args, more string
		change     func(*inspect.Snapshot)
	}{
		{args: "big"},
		{args: "pvc/spare", more: "statefulsets"},
		{args: "sts/mysql -n shop", more: "statefulsets"},
		{args: "deploy/web -n shop", more: "deployments replicasets"},
		{args: "job/nightly-1 -n shop", more: "jobs"},
		{args: "web-5d-x -n shop", more: "replicasets"},
		{args: "nightly-1-x -n shop", more: "jobs"},
		{args: "big", more: "resourceclaims resourceslices deviceclasses", change: withResourceClaim},
	} {
		client := pendingCluster(t)
		if tc.change != nil {
			client = pendingCluster(t, tc.change)
		}
		got := runner(cmdtest.Runner{Client: client}).Run(t, append([]string{"why-pending"}, strings.Fields(tc.args)...)...)
		if got.Code != cli.ExitOK && got.Code != cli.ExitFindings {
			t.Errorf("%s: exit code %d, %s", tc.args, got.Code, got.Stderr)
		}
		var read []string
		for _, a := range client.Actions() {
			if a.GetVerb() != "list" {
				t.Errorf("%s sent %s %s", tc.args, a.GetVerb(), a.GetResource().Resource)
			}
			read = append(read, a.GetResource().Resource)
		}
		slices.Sort(read)
		want := strings.Fields(always + " " + tc.more)
		slices.Sort(want)
		if diff := cmp.Diff(want, slices.Compact(read)); diff != "" {
			t.Errorf("%s reads (-want +got):\n%s", tc.args, diff)
		}
	}
}

func TestWhyPendingWithoutPermissions(t *testing.T) {
	run := func(t *testing.T, forbidden string, args ...string) cmdtest.Result {
		t.Helper()
		client := pendingCluster(t)
		cmdtest.Forbid(client, forbidden)
		return runner(cmdtest.Runner{Client: client}).Run(t, append([]string{"why-pending"}, args...)...)
	}
	t.Run("nodes", func(t *testing.T) {
		got := run(t, "nodes", "big")
		if got.Code != cli.ExitFindings || !strings.Contains(got.Stdout, "unknown (forbidden: list nodes)") {
			t.Errorf("exit code %d:\n%s%s", got.Code, got.Stdout, got.Stderr)
		}
	})
	t.Run("nodes, to open one", func(t *testing.T) {
		run(t, "nodes", "big", "--node", "node-0").Fails(t, cli.ExitFailed, `nothing can be said of node "node-0": the nodes are unknown (forbidden: list nodes)`)
	})
	t.Run("namespaces", func(t *testing.T) {
		if got := run(t, "namespaces", "-n", "nowhere"); got.Code != cli.ExitOK || got.Stderr != "No Pod is Pending in namespace nowhere. In other namespaces, 4 are: add -A.\n" {
			t.Errorf("exit code %d, stderr %q", got.Code, got.Stderr)
		}
	})
	t.Run("replicasets", func(t *testing.T) {
		run(t, "replicasets", "deploy/web", "-n", "shop").Fails(t, cli.ExitFailed,
			"which Pods belong to deployment/web cannot be told: the replicasets are unknown (forbidden: list replicasets); name the Pods")
	})
	t.Run("Pods", func(t *testing.T) {
		if got := run(t, "pods", "big"); got.Code != cli.ExitFailed || !strings.HasPrefix(got.Stderr, "error: not allowed to list pods") || got.Stdout != "" {
			t.Errorf("exit code %d, stderr %q", got.Code, got.Stderr)
		}
	})
	t.Run("Pods, for a claim", func(t *testing.T) {
		got := run(t, "pods", "pvc/spare")
		if got.Code != cli.ExitFindings || !strings.Contains(got.Stdout, "pods: unknown (forbidden: list pods)") {
			t.Errorf("exit code %d:\n%s%s", got.Code, got.Stdout, got.Stderr)
		}
	})
}

func TestWhyPendingNamespaceOfTheCluster(t *testing.T) {
	r := runner(cmdtest.Runner{Client: pendingCluster(t)})
	r.Run(t, "why-pending", "-n", "shpo").Fails(t, cli.ExitUsage, `there is no namespace "shpo" in the cluster (did you mean shop?)`)
	r.Run(t, "why-pending", "mysql-1").Fails(t, cli.ExitUsage, `there is no Pod "mysql-1" in namespace default, but in shop: add -n shop`)
	if got := r.Run(t, "why-pending", "-n", "spare"); got.Code != cli.ExitOK || got.Stdout != "" || got.Stderr != "No Pod is Pending in namespace spare. In other namespaces, 4 are: add -A.\n" {
		t.Errorf("exit code %d, stdout %q, stderr %q", got.Code, got.Stdout, got.Stderr)
	}
}

// TestWhyPendingManifestsAreObjects reads what is printed for a pipe to kubectl as the API server would.
func TestWhyPendingManifestsAreObjects(t *testing.T) {
	read := func(into any, args ...string) {
		t.Helper()
		got := runner(cmdtest.Runner{}).Run(t, append([]string{"why-pending", "--from", pendingFile}, args...)...)
		if got.Code != cli.ExitOK || got.Stderr != "" {
			t.Fatalf("%v: exit code %d, stderr %q", args, got.Code, got.Stderr)
		}
		if err := yaml.UnmarshalStrict([]byte(got.Stdout), into); err != nil {
			t.Errorf("%v: %v in:\n%s", args, err, got.Stdout)
		}
	}
	var report pending.Report
	answer := runner(cmdtest.Runner{}).Run(t, "why-pending", "big", "--from", pendingFile, "-o", "json")
	if err := json.Unmarshal([]byte(answer.Stdout), &report); err != nil {
		t.Fatal(err)
	}
	printed := 0
	for _, fix := range report.Items[0].Fixes {
		if fix.Manifest == "" {
			continue
		}
		printed++
		object := map[string]any{}
		read(&object, "big", "--print-fix", fix.ID)
		if object["kind"] == nil || object["apiVersion"] == nil || object["status"] != nil {
			t.Errorf("fix %s prints %v", fix.ID, object)
		}
	}
	if printed < 2 {
		t.Errorf("%d fixes have a manifest, want at least a claim and a volume", printed)
	}
	var volume corev1.PersistentVolume
	read(&volume, "big", "--print-volume", "node-2")
	if volume.Kind != "PersistentVolume" || volume.Spec.Local == nil || volume.Spec.Capacity.Storage().String() != "500Gi" {
		t.Errorf("not a volume for the claim: %+v", volume)
	}
}

// TestWhyPendingOnATerminal holds one answer at the width and with the colors that people have.
func TestWhyPendingOnATerminal(t *testing.T) {
	for name, streams := range map[string]output.Streams{
		"80": {IsTerminal: true, Width: 80}, "120-color": {IsTerminal: true, Width: 120, Color: true},
	} {
		got := runner(cmdtest.Runner{Streams: streams}).Run(t, "why-pending", "big", "--from", pendingFile, "--node", "node-0", "--volume", "local-pv-0-1")
		if got.Code != cli.ExitFindings || got.Stderr != "" {
			t.Errorf("exit code %d, stderr %q", got.Code, got.Stderr)
		}
		golden(t, "why-pending."+name, got.Stdout)
	}
}
