package controlplane_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

func TestNodes(t *testing.T) {
	t.Parallel()
	cp := start(t, controlplane.Options{
		Nodes:                 controlplane.NewNodes("node", 4),
		GracePeriod:           30 * time.Second, // a busy machine holds heartbeats up
		UnreachableToleration: 5 * time.Second,
	})
	t.Run("dies and comes back", func(t *testing.T) { t.Parallel(); dies(t, cp) })
	t.Run("is deleted and replaced", func(t *testing.T) { t.Parallel(); isDeleted(t, cp) })
	t.Run("says that it is not ready", func(t *testing.T) { t.Parallel(); isUnready(t, cp) })
}

const pinned = `
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec:
  capacity: {storage: 10Gi}
  accessModes: [ReadWriteOnce]
  storageClassName: local
  local: {path: /mnt/disk}
  nodeAffinity:
    required:
      nodeSelectorTerms:
      - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [node-1]}]
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: local}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: db, image: db, volumeMounts: [{name: data, mountPath: /data}]}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], storageClassName: local, resources: {requests: {storage: 1Gi}}}
`

func dies(t *testing.T, cp *controlplane.ControlPlane) {
	t.Helper()
	ctx := within(t, patience)
	core := cp.Client().CoreV1()
	pods := core.Pods(metav1.NamespaceDefault)
	must(t, cp.Apply(ctx, pinned))
	before, err := controlplane.WaitFor(ctx, pods, "db-0", controlplane.PodReady)
	must(t, err)
	if before.Spec.NodeName != "node-1" {
		t.Fatalf("the Pod runs on %s, not where its volume is", before.Spec.NodeName)
	}

	begin := time.Now()
	must(t, cp.Kill(ctx, "node-1"))
	_, err = controlplane.WaitFor(ctx, core.Nodes(), "node-1", controlplane.NodeUnknown)
	must(t, err)
	t.Logf("Unknown after %s", time.Since(begin))
	lease := renewTime(t, cp, "node-1")
	_, err = controlplane.WaitFor(ctx, pods, "db-0", func(pod *corev1.Pod) (bool, string) {
		terminating, state := controlplane.PodTerminating(pod)
		return terminating && conditionStatus(pod, corev1.PodReady) == corev1.ConditionFalse, state
	})
	must(t, err)
	if now := renewTime(t, cp, "node-1"); !now.Equal(lease) {
		t.Errorf("the lease of a dead node moved from %s to %s", lease, now)
	}
	_, err = controlplane.WaitFor(ctx, core.Nodes(), "node-2", controlplane.NodeReady) // the neighbours live
	must(t, err)

	begin = time.Now()
	must(t, cp.Revive(ctx, "node-1"))
	_, err = controlplane.WaitFor(ctx, core.Nodes(), "node-1", controlplane.NodeReady)
	must(t, err)
	_, err = controlplane.WaitFor(ctx, pods, "db-0", controlplane.Gone[*corev1.Pod](before.UID))
	must(t, err)
	after, err := controlplane.WaitFor(ctx, pods, "db-0", controlplane.PodReady)
	must(t, err)
	t.Logf("all well %s after the return", time.Since(begin))
	if after.UID == before.UID || after.Spec.NodeName != "node-1" {
		t.Errorf("Pod %s on %s, want another one than %s on node-1", after.UID, after.Spec.NodeName, before.UID)
	}
}

func isDeleted(t *testing.T, cp *controlplane.ControlPlane) {
	t.Helper()
	ctx := within(t, patience)
	nodes := cp.Client().CoreV1().Nodes()
	old, err := nodes.Get(ctx, "node-3", metav1.GetOptions{})
	must(t, err)
	must(t, cp.Delete(ctx, "node-3"))
	_, err = controlplane.WaitFor(ctx, nodes, "node-3", controlplane.Gone[*corev1.Node](old.UID))
	must(t, err)
	must(t, cp.AddNodes(ctx, controlplane.NewNode("node-3")))
	replacement, err := nodes.Get(ctx, "node-3", metav1.GetOptions{})
	must(t, err)
	if replacement.UID == old.UID {
		t.Error("the Node was not deleted")
	}
	if err := cp.Kill(ctx, "no-such-node"); err == nil {
		t.Error("a node that does not exist could be killed")
	}
}

func isUnready(t *testing.T, cp *controlplane.ControlPlane) {
	t.Helper()
	ctx := within(t, patience)
	node := controlplane.NewNode("sick")
	node.Annotations = map[string]string{controlplane.UnreadyAnnotation: ""}
	must(t, cp.AddNodes(ctx, node)) // returns when it has reported that
	patch := []byte(fmt.Sprintf(`{"metadata":{"annotations":{%q:null}}}`, controlplane.UnreadyAnnotation))
	nodes := cp.Client().CoreV1().Nodes()
	_, err := nodes.Patch(ctx, "sick", types.MergePatchType, patch, metav1.PatchOptions{})
	must(t, err)
	_, err = controlplane.WaitFor(ctx, nodes, "sick", controlplane.NodeReady)
	must(t, err)

	pods := cp.Client().CoreV1().Pods(metav1.NamespaceDefault)
	must(t, cp.Apply(ctx, bare("weak")))
	_, err = controlplane.WaitFor(ctx, pods, "weak", controlplane.PodReady)
	must(t, err)
	annotate(ctx, t, cp, "weak", `""`)
	_, err = controlplane.WaitFor(ctx, pods, "weak", func(pod *corev1.Pod) (bool, string) {
		return conditionStatus(pod, corev1.PodReady) == corev1.ConditionFalse, fmt.Sprint(pod.Status.Conditions)
	})
	must(t, err)
	annotate(ctx, t, cp, "weak", "null")
	_, err = controlplane.WaitFor(ctx, pods, "weak", controlplane.PodReady)
	must(t, err)
}

func annotate(ctx context.Context, t *testing.T, cp *controlplane.ControlPlane, pod, value string) {
	t.Helper()
	patch := []byte(fmt.Sprintf(`{"metadata":{"annotations":{%q:%s}}}`, controlplane.UnreadyAnnotation, value))
	_, err := cp.Client().CoreV1().Pods(metav1.NamespaceDefault).Patch(ctx, pod, types.MergePatchType, patch, metav1.PatchOptions{})
	must(t, err)
}

func renewTime(t *testing.T, cp *controlplane.ControlPlane, node string) time.Time {
	t.Helper()
	lease, err := cp.Client().CoordinationV1().Leases(corev1.NamespaceNodeLease).Get(t.Context(), node, metav1.GetOptions{})
	must(t, err)
	return lease.Spec.RenewTime.Time
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
