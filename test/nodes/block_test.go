//go:build linux

package nodes

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/build"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/records"
)

// TestBlock: a member with a volume of mode Block goes on where it was after a power cut, though its disk is another device then. Others find
// it by the name that its Service gives it, at its new address too.
func TestBlock(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cluster := start(ctx, t, realnodes.Options{})
	path, err := cluster.BlockDisk(ctx, node, "drum")
	if err != nil {
		t.Fatal(err)
	}
	if err := cluster.Apply(ctx, fmt.Sprintf(blockObjects, path, realnodes.NodeName(node), build.Recorder, build.Client)); err != nil {
		t.Fatal(err)
	}
	waitPod := func(name string) {
		t.Helper()
		if _, err := controlplane.WaitFor(ctx, cluster.Client().CoreV1().Pods("default"), name, controlplane.PodReady); err != nil {
			t.Fatal(err)
		}
	}
	waitPod("drum-0")
	waitPod("visitor")
	before := waitDevice(ctx, t, cluster, path, func(all []records.Record) bool { return len(all) >= 5 })
	visit(ctx, t, cluster)

	if err := cluster.PowerOff(ctx, node); err != nil {
		t.Fatal(err)
	}
	if _, err := cluster.BlockDisk(ctx, node, "another"); err != nil { // it is found first then
		t.Fatal(err)
	}
	if err := cluster.PowerOn(ctx, node); err != nil {
		t.Fatal(err)
	}
	after := waitDevice(ctx, t, cluster, path, func(all []records.Record) bool { return len(records.Writers(all)) == 2 })
	if !strings.HasPrefix(after, before) {
		t.Errorf("what was written before the power was cut is not there any more: %q, then %q", before, after)
	}
	waitPod("drum-0")
	waitPod("visitor")
	visit(ctx, t, cluster)
}

const blockObjects = `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: devices}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: drum}
spec:
  capacity: {storage: 50Mi}
  accessModes: [ReadWriteOnce]
  volumeMode: Block
  persistentVolumeReclaimPolicy: Retain
  storageClassName: devices
  local: {path: %s}
  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [%s]}]}]}}
---
apiVersion: v1
kind: Service
metadata: {name: drum}
spec: {clusterIP: None, selector: {app: drum}, ports: [{port: 1}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: drum}
spec:
  serviceName: drum
  replicas: 1
  selector: {matchLabels: {app: drum}}
  template:
    metadata: {labels: {app: drum}}
    spec:
      terminationGracePeriodSeconds: 5
      automountServiceAccountToken: false
      containers:
      - name: recorder
        image: %s
        env: [{name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]
        volumeDevices: [{name: data, devicePath: /dev/records}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], volumeMode: Block, storageClassName: devices, resources: {requests: {storage: 10Mi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: visitor}
spec:
  automountServiceAccountToken: false
  containers: [{name: client, image: %s}]
`

// visit reaches the member by its name: nobody listens there, and a refusal is enough. A name that nobody has is told apart.
func visit(ctx context.Context, t *testing.T, cluster *realnodes.Cluster) {
	t.Helper()
	for host, want := range map[string]string{"drum-0.drum": "connection refused", "drum-7.drum": "no such host"} {
		kubectl := exec.CommandContext(ctx, filepath.Join(cluster.BinDir(), "kubectl"), "--kubeconfig", cluster.Kubeconfig(),
			"exec", "visitor", "--", "/client", "get", "http://"+host+".default.svc.cluster.local:1/")
		if out, err := kubectl.CombinedOutput(); err == nil || !strings.Contains(string(out), want) {
			t.Errorf("%s: %s (%v), want %q", host, out, err, want)
		}
	}
}

// waitDevice returns the log on a device when its records are enough.
func waitDevice(ctx context.Context, t *testing.T, cluster *realnodes.Cluster, path string, enough func([]records.Record) bool) string {
	t.Helper()
	for tick := time.NewTicker(time.Second / 4); ; {
		// What the node has read is remembered, and not what a Pod writes through a device of its own.
		data, err := cluster.On(ctx, node, "dd", "if="+path, "bs=64k", "count=1", "iflag=direct", "status=none")
		log := records.FromSlots([]byte(data))
		all, broken := records.Parse(log)
		if err == nil && broken == nil && enough(all) {
			return log
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%d records: %v, %v", len(all), err, broken)
		case <-tick.C:
		}
	}
}
