package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// step does to an applied example what its manifest cannot say. The README beside the example gives it as commands.
type step func(ctx context.Context, e example) error

// deleteVolumes deletes volumes that a finalizer holds.
func deleteVolumes(names ...string) step {
	return func(ctx context.Context, e example) error {
		for _, name := range names {
			if err := cluster.Client().CoreV1().PersistentVolumes().Delete(ctx, e.object(name), metav1.DeleteOptions{}); err != nil {
				return err
			}
		}
		return nil
	}
}

// deleteClaim deletes a claim that is in use.
func deleteClaim(name string) step {
	return func(ctx context.Context, e example) error {
		return cluster.Client().CoreV1().PersistentVolumeClaims(e.namespace).Delete(ctx, name, metav1.DeleteOptions{})
	}
}

// eraseVolume deletes a volume and its finalizers, which loses the volume under a claim.
func eraseVolume(name string) step {
	return func(ctx context.Context, e example) error {
		volumes := cluster.Client().CoreV1().PersistentVolumes()
		if err := volumes.Delete(ctx, e.object(name), metav1.DeleteOptions{}); err != nil {
			return err
		}
		_, err := volumes.Patch(ctx, e.object(name), types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`), metav1.PatchOptions{})
		return err
	}
}

// failVolumes sets the phase of volumes, which the volume controller would correct at once.
func failVolumes(names ...string) step {
	return func(ctx context.Context, e example) error {
		for _, name := range names {
			_, err := cluster.Client().CoreV1().PersistentVolumes().Patch(ctx, e.object(name), types.MergePatchType,
				[]byte(`{"status":{"phase":"Failed"}}`), metav1.PatchOptions{}, "status")
			if err != nil {
				return err
			}
		}
		return nil
	}
}

// waitClaim waits for the phase of a claim.
func waitClaim(name string, phase corev1.PersistentVolumeClaimPhase) step {
	return func(ctx context.Context, e example) error {
		_, err := controlplane.WaitFor(ctx, cluster.Client().CoreV1().PersistentVolumeClaims(e.namespace), name, controlplane.ClaimPhase(phase))
		return err
	}
}

// releasePod takes the scheduling gate from Pod db, which was to wait for the steps before.
func releasePod(ctx context.Context, e example) error {
	_, err := cluster.Client().CoreV1().Pods(e.namespace).Patch(ctx, "db", types.JSONPatchType,
		[]byte(`[{"op":"remove","path":"/spec/schedulingGates"}]`), metav1.PatchOptions{})
	return err
}

// killNode lets a Node die and waits until the cluster knows.
func killNode(name string) step {
	return func(ctx context.Context, e example) error {
		if err := cluster.Kill(ctx, e.object(name)); err != nil {
			return err
		}
		_, err := controlplane.WaitFor(ctx, cluster.Client().CoreV1().Nodes(), e.object(name), controlplane.NodeUnknown)
		return err
	}
}

// object is the full name of a Node or volume of the example.
func (e example) object(short string) string { return e.name + "-" + short }

// stopComponent stops a part of the control plane until the end of the test.
func stopComponent(t *testing.T, name string) {
	t.Helper()
	if err := cluster.StopComponent(name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.StartComponent(context.Background(), name); err != nil {
			t.Error(err)
		}
	})
}

// schedulerSays is met by a Pod whose PodScheduled condition is False with these words in its message.
func schedulerSays(words string) controlplane.Condition[*corev1.Pod] {
	return func(pod *corev1.Pod) (bool, string) {
		if pod == nil {
			return false, "it does not exist"
		}
		message, said := schedulerMessage(pod)
		return said && pod.Spec.NodeName == "" && strings.Contains(message, words), fmt.Sprintf("on node %q, %q", pod.Spec.NodeName, message)
	}
}

// schedulerMessage is what the scheduler last said about a Pod that it did not place.
func schedulerMessage(pod *corev1.Pod) (string, bool) {
	i := slices.IndexFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse
	})
	if i < 0 {
		return "", false
	}
	return pod.Status.Conditions[i].Message, true
}

// selectedNode is the annotation by which the scheduler asks a provisioner for a volume.
const selectedNode = "volume.kubernetes.io/selected-node"

// waitSelectedNode waits until the scheduler has asked a provisioner for a claim's volume.
func waitSelectedNode(name string) step {
	return func(ctx context.Context, e example) error {
		_, err := controlplane.WaitFor(ctx, cluster.Client().CoreV1().PersistentVolumeClaims(e.namespace), name, nodeSelected)
		return err
	}
}

// nodeSelected is met by a claim that a provisioner has been asked to serve.
func nodeSelected(claim *corev1.PersistentVolumeClaim) (bool, string) {
	if claim == nil {
		return false, "it does not exist"
	}
	return claim.Annotations[selectedNode] != "", fmt.Sprintf("annotations %v", claim.Annotations)
}
