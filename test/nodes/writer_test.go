//go:build linux

package nodes

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/build"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/records"
)

// writer is a StatefulSet of one member that writes records to a volume on a disk of a node.
type writer struct {
	cluster *realnodes.Cluster
	node    int
	disk    string // where the node has it mounted
}

const writerPod = "ledger-0"

// startWriter returns when the member is Ready.
func startWriter(ctx context.Context, t *testing.T, cluster *realnodes.Cluster, node int) *writer {
	t.Helper()
	disk, err := cluster.Disk(ctx, node, "ledger")
	if err != nil {
		t.Fatal(err)
	}
	if err := cluster.Apply(ctx, fmt.Sprintf(volumeObject, "ledger", disk, realnodes.NodeName(node)), fmt.Sprintf(writerObjects, build.Recorder)); err != nil {
		t.Fatal(err)
	}
	w := &writer{cluster: cluster, node: node, disk: disk}
	w.waitReady(ctx, t)
	return w
}

const volumeObject = `
apiVersion: v1
kind: PersistentVolume
metadata: {name: %s}
spec:
  capacity: {storage: 50Mi}
  accessModes: [ReadWriteOnce]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: disks
  local: {path: %s}
  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [%s]}]}]}}
`

const writerObjects = `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: disks}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ledger}
spec:
  serviceName: ledger
  replicas: 1
  selector: {matchLabels: {app: ledger}}
  template:
    metadata: {labels: {app: ledger}}
    spec:
      terminationGracePeriodSeconds: 5
      automountServiceAccountToken: false
      containers:
      - name: recorder
        image: %s
        env: [{name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]
        volumeMounts: [{name: data, mountPath: /data}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], storageClassName: disks, resources: {requests: {storage: 10Mi}}}
`

func (w *writer) waitReady(ctx context.Context, t *testing.T) *corev1.Pod {
	t.Helper()
	pod, err := controlplane.WaitFor(ctx, w.cluster.Client().CoreV1().Pods("default"), writerPod, controlplane.PodReady)
	if err != nil {
		t.Fatal(err)
	}
	return pod
}

// log is what is on the disk, as the node reads it.
func (w *writer) log(ctx context.Context) (string, error) {
	return w.cluster.On(ctx, w.node, "cat", w.disk+"/records")
}

// waitWritten returns the log when its records are enough. The chain has to be whole all the time, but for a last record that
// is being written.
func (w *writer) waitWritten(ctx context.Context, t *testing.T, enough func([]records.Record) bool) string {
	t.Helper()
	for tick := time.NewTicker(time.Second / 4); ; {
		log, err := w.log(ctx)
		var all []records.Record
		if err == nil {
			all, err = records.Parse(log)
		}
		if err == nil && enough(all) {
			return log
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%d records: %v", len(all), errors.Join(err, context.Cause(ctx)))
		case <-tick.C:
		}
	}
}
