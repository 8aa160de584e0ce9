// Package monitoring checks what promtool does not: that the commands of runbooks are ones that the plugin understands, that names in
// rules and queries are those of metrics, and that every query of the dashboard is tested.
package monitoring

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

// cluster is what the commands read: an unreachable node with a volume in use, a Pod that waits, and a volume
// that was released, one that failed and one that is free.
const cluster = `
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
- apiVersion: v1
  kind: Node
  metadata: {name: node-0, uid: n-0, labels: {kubernetes.io/hostname: node-0}}
  status: {conditions: [{type: Ready, status: Unknown, lastTransitionTime: "2026-01-01T00:00:00Z"}]}
- apiVersion: v1
  kind: Node
  metadata: {name: node-1, uid: n-1, labels: {kubernetes.io/hostname: node-1}}
  status:
    conditions: [{type: Ready, status: "True", lastTransitionTime: "2026-01-01T00:00:00Z"}]
    allocatable: {cpu: "4", memory: 8Gi, pods: "110"}
- apiVersion: storage.k8s.io/v1
  kind: StorageClass
  metadata: {name: local-ssd}
  provisioner: kubernetes.io/no-provisioner
  volumeBindingMode: WaitForFirstConsumer
- apiVersion: v1
  kind: PersistentVolumeClaim
  metadata: {name: data-db-0, namespace: shop, uid: c-0}
  spec: {storageClassName: local-ssd, volumeName: in-use, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
  status: {phase: Bound}
- apiVersion: v1
  kind: Pod
  metadata: {name: db-0, namespace: shop, uid: p-0}
  spec:
    containers: [{name: db, image: db}]
    volumes: [{name: data, persistentVolumeClaim: {claimName: data-db-0}}]
  status: {phase: Pending}
`

// volume is one of the cluster's, with the phase and the claim that follow.
const volume = `
- apiVersion: v1
  kind: PersistentVolume
  metadata: {name: NAME, uid: v-NAME}
  spec:
    capacity: {storage: 1Gi}
    accessModes: [ReadWriteOnce]
    storageClassName: local-ssd
    persistentVolumeReclaimPolicy: Retain
    local: {path: /mnt/disks/NAME}
    nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [NODE]}]}]}}
    CLAIM
  status: {phase: PHASE}
`

func TestRunbooksNameCommandsThatExist(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cluster.yaml")
	writeCluster(t, file)
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	alerts := slices.DeleteFunc(readRules(t), func(r rule) bool { return r.Alert == "" })
	if len(alerts) == 0 {
		t.Fatal("rules.yaml has no alerts")
	}
	commands := map[string]bool{}
	for _, a := range alerts {
		t.Run(a.Alert, func(t *testing.T) {
			for _, args := range runbook(t, a) {
				commands[args[0]] = true
				var out, errOut bytes.Buffer
				streams := output.Streams{In: strings.NewReader(""), Out: &out, ErrOut: &errOut}
				exit := cmd.Main(t.Context(), rehearsed(args, file), streams)
				// 3: the command understood, and has something to say against it.
				if exit != cli.ExitOK && exit != cli.ExitFindings {
					t.Errorf("kubectl localpv %s: exit code %d\n%s%s", strings.Join(args, " "), exit, out.String(), errOut.String())
				}
			}
		})
	}
	// What stands within a line is not found above.
	for _, page := range cmd.Manual() {
		named := func(r rule) bool {
			return regexp.MustCompile(page.Command + `\b`).MatchString(r.Annotations["runbook"])
		}
		if page.Group != "" && slices.ContainsFunc(alerts, named) && !commands[page.Name] {
			t.Errorf("a runbook names %s, but not on a line of its own", page.Command)
		}
	}
}

func writeCluster(t *testing.T, file string) {
	t.Helper()
	text := cluster
	for name, values := range map[string][3]string{
		"in-use":   {"node-0", "claimRef: {namespace: shop, name: data-db-0, uid: c-0}", "Bound"},
		"released": {"node-1", "claimRef: {namespace: shop, name: data-db-9, uid: c-9}", "Released"},
		"failed":   {"node-1", "claimRef: {namespace: shop, name: data-db-8, uid: c-8}", "Failed"},
		"free":     {"node-1", "", "Available"},
	} {
		text += strings.NewReplacer("NAME", name, "NODE", values[0], "CLAIM", values[1], "PHASE", values[2]).Replace(volume)[1:]
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

var command = regexp.MustCompile(`(?m)^\s*kubectl localpv (.+)$`)

// runbook returns the arguments of each command of an alert's runbook, with the labels of an alert in the cluster filled in.
func runbook(t *testing.T, a rule) [][]string {
	t.Helper()
	labels := map[string]string{
		"namespace": "shop", "pod": "db-0", "persistentvolumeclaim": "data-db-0", "persistentvolume": "in-use",
		"storageclass": "local-ssd", "node": "node-0", "nodename": "node-1",
	}
	switch a.Alert {
	case "LocalVolumeReleasedForLong":
		labels["persistentvolume"] = "released"
	case "LocalVolumeFailed":
		labels["persistentvolume"] = "failed"
	case "LocalVolumeUnused":
		labels["persistentvolume"] = "free"
	}
	tmpl, err := template.New(a.Alert).Option("missingkey=error").Parse("{{$labels := .}}" + a.Annotations["runbook"])
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := tmpl.Execute(&text, labels); err != nil {
		t.Fatal(err)
	}
	var all [][]string
	for _, match := range command.FindAllStringSubmatch(text.String(), -1) {
		all = append(all, strings.Fields(match[1]))
	}
	if len(all) == 0 {
		t.Error("the runbook names no command on a line of its own")
	}
	return all
}

// rehearsed has a command look at the file, and change nothing.
func rehearsed(args []string, file string) []string {
	args = append(slices.Clone(args), "--from", file)
	changes := func(page cmd.ManualPage) bool {
		return page.Name == args[0] && strings.Contains(page.Options, "--dry-run")
	}
	if slices.ContainsFunc(cmd.Manual(), changes) && !slices.Contains(args, "--dry-run") {
		args = append(args, "--dry-run")
	}
	return args
}
