package change

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"
)

// bundledList is a list as support bundles have it: of the server, with "null" for what was empty or null.
func bundledList(items ...string) string {
	return "apiVersion: v1\nkind: List\nmetadata: {resourceVersion: '41'}\nitems:\n" + strings.Join(items, "")
}

// bundled is a bundle of a set of three, without classes, of which kv-1 was on a machine that is gone. A volume is free.
func bundled(t *testing.T) string {
	t.Helper()
	volume := func(name, node, claim string) string {
		ref, phase := "null", "Available"
		if claim != "" {
			ref, phase = fmt.Sprintf("{namespace: bank, name: %[1]s, uid: u-%[1]s}", claim), "Bound"
		}
		return fmt.Sprintf(`- apiVersion: v1
  kind: PersistentVolume
  metadata: {name: %[1]s, uid: u-%[1]s, resourceVersion: '7', creationTimestamp: '2026-01-01T10:00:00Z'}
  spec:
    accessModes: [ReadWriteOnce]
    capacity: {storage: 9Gi}
    claimRef: %[3]s
    local: {path: /mnt/disks/%[1]s, fsType: 'null'}
    nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [%[2]s]}]}]}}
    persistentVolumeReclaimPolicy: Retain
    storageClassName: 'null'
  status: {phase: %[4]s}
`, name, node, ref, phase)
	}
	claim := func(name, volume string) string {
		return fmt.Sprintf(`- apiVersion: v1
  kind: PersistentVolumeClaim
  metadata: {name: %[1]s, namespace: bank, uid: u-%[1]s, resourceVersion: '8', annotations: {pv.kubernetes.io/bind-completed: 'yes', pv.kubernetes.io/bound-by-controller: 'yes'}}
  spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 9Gi}}, storageClassName: 'null', volumeName: %[2]s}
  status: {phase: Bound, capacity: {storage: 9Gi}}
`, name, volume)
	}
	pod := func(i int, node string) string {
		return fmt.Sprintf(`- apiVersion: v1
  kind: Pod
  metadata:
    name: kv-%[1]d
    namespace: bank
    uid: u-kv-%[1]d
    resourceVersion: '9'
    labels: {app: kv}
    creationTimestamp: '2026-01-01T10:00:00Z'
    ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: kv, uid: u-kv, controller: true}]
  spec:
    nodeName: %[2]s
    containers: [{name: kv, image: kv, volumeMounts: [{name: data, mountPath: /data}]}]
    volumes: [{name: data, persistentVolumeClaim: {claimName: data-kv-%[1]d}}]
  status: {phase: Running, conditions: [{type: Ready, status: 'True', lastProbeTime: 'null'}]}
`, i, node)
	}
	node := func(name string) string {
		return fmt.Sprintf(`- apiVersion: v1
  kind: Node
  metadata: {name: %[1]s, uid: u-%[1]s, labels: {kubernetes.io/hostname: %[1]s}}
  status: {allocatable: {cpu: '4', memory: 8Gi, pods: '110'}, conditions: [{type: Ready, status: 'True', lastHeartbeatTime: 'null', lastTransitionTime: '2026-01-01T10:00:00Z'}]}
`, name)
	}
	set := `- apiVersion: apps/v1
  kind: StatefulSet
  metadata: {name: kv, namespace: bank, uid: u-kv}
  spec:
    replicas: 3
    selector: {matchLabels: {app: kv}}
    template:
      metadata: {creationTimestamp: 'null', labels: {app: kv}}
      spec: {containers: [{name: kv, image: kv, volumeMounts: [{name: data, mountPath: /data}]}]}
    volumeClaimTemplates:
    - metadata: {name: data, creationTimestamp: 'null'}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 9Gi}}, storageClassName: 'null'}
`
	empty := strings.Replace(bundledList(), "items:\n", "items: []\n", 1)
	dir := t.TempDir()
	for file, text := range map[string]string{
		"cluster/kubernetes/nodes.yaml": bundledList(node("a"), node("b"), node("c")),
		"cluster/kubernetes/persistentvolumes.yaml": bundledList(volume("a-0", "a", "data-kv-0"), volume("gone-1", "gone", "data-kv-1"), volume("b-2", "b", "data-kv-2"),
			volume("c-free", "c", "")),
		"namespaced/bank/kubernetes/persistentvolumeclaims.yaml": bundledList(claim("data-kv-0", "a-0"), claim("data-kv-1", "gone-1"), claim("data-kv-2", "b-2")),
		"namespaced/bank/kubernetes/pods.yaml":                   bundledList(pod(0, "a"), pod(1, "'null'"), pod(2, "b")),
		"namespaced/bank/apps/v1/statefulsets.yaml":              bundledList(set),
		"namespaced/bank/apps/v1/replicasets.yaml":               empty,
		"namespaced/bank/policy/v1/poddisruptionbudgets.yaml":    empty,
		"cluster/storage.k8s.io/v1/storageclasses.yaml":          empty,
		"cluster/storage.k8s.io/v1/csinodes.yaml":                empty,
		"metadata.yaml": "bundlename: 'null'\nprojectversion: '1'\n",
	} {
		path := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestPlansFromASupportBundle: what is null in it as a word keeps no command from planning, and a class that is empty is none.
func TestPlansFromASupportBundle(t *testing.T) {
	dir := bundled(t)
	for args, tc := range map[string]struct {
		code int
		says []string
	}{
		"recover gone":                  {0, []string{"bank/kv-1 gone-1 (gone) c-free (c) 2 of 3 ready, quorum kept", "No data is erased: the old volumes keep it."}},
		"drain a --move-claims":         {3, []string{"1 of 3 members of StatefulSet/kv are ready", "bank/kv-0 a-0 (a)"}},
		"drain a --keep-claims":         {3, []string{"fewer than a majority", "bank/kv-0 a-0 (a) waits for a"}},
		"release pvc/data-kv-0 -n bank": {3, []string{"claim bank/data-kv-0 is used by Pod kv-0 (Running on a, StatefulSet/kv)"}},
	} {
		t.Run(args, func(t *testing.T) {
			got := runner(cmdtest.Runner{}).Run(t, append(strings.Fields(args), "--dry-run", "--from", dir)...)
			text := strings.Join(strings.Fields(got.Stdout), " ")
			for _, words := range tc.says {
				if !strings.Contains(text, words) {
					t.Errorf("it does not say %q", words)
				}
			}
			if got.Code != tc.code || t.Failed() {
				t.Errorf("exit code %d, want %d\n%s%s", got.Code, tc.code, got.Stdout, got.Stderr)
			}
		})
	}
}
