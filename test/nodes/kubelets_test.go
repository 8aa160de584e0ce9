//go:build linux

package nodes

import (
	"context"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/kubelets"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/records"
)

// witness asks the kubelet of the node.
type witness struct{ reader kubelets.Reader }

func newWitness(cluster *realnodes.Cluster) witness {
	return witness{kubelets.NewReader(cluster.Client().CoreV1().RESTClient())}
}

// runs asks whether a Pod runs there, by its UID.
func (w witness) runs(ctx context.Context, pod types.UID) (bool, error) {
	answer := w.reader.RunningPods(ctx, []string{realnodes.NodeName(node)})[0]
	return slices.ContainsFunc(answer.Of, func(p kubelets.Pod) bool { return p.UID == pod }), answer.Err
}

// wait asks until the kubelet can be reached and says that a Pod runs, or does not. It answers from what it has last seen of the runtime.
func (w witness) wait(ctx context.Context, t *testing.T, pod types.UID, want bool) {
	t.Helper()
	for tick := time.NewTicker(time.Second / 4); ; {
		runs, err := w.runs(ctx, pod)
		if err == nil && runs == want {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("Pod %s runs: %t, want %t (%v)", pod, runs, want, err)
		case <-tick.C:
		}
	}
}

// TestCutOff: a node is cut off from the others, and its Pod is deleted by force. The API server has no such Pod any more, but it goes on
// writing; the kubelet, as soon as it can be asked again, is the one who knows.
func TestCutOff(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cluster := start(ctx, t, realnodes.Options{})
	kubelet := newWitness(cluster)
	ledger := startWriter(ctx, t, cluster, node)
	old := ledger.waitReady(ctx, t).UID
	kubelet.wait(ctx, t, old, true)

	if err := cluster.LinkDown(ctx, node); err != nil {
		t.Fatal(err)
	}
	if _, err := controlplane.WaitFor(ctx, cluster.Client().CoreV1().Nodes(), realnodes.NodeName(node), controlplane.NodeUnknown); err != nil {
		t.Fatal(err)
	}
	if _, err := kubelet.runs(ctx, old); err == nil {
		t.Error("the kubelet of a node that is cut off answers")
	}
	now := int64(0)
	pods := cluster.Client().CoreV1().Pods("default")
	if err := pods.Delete(ctx, writerPod, metav1.DeleteOptions{GracePeriodSeconds: &now}); err != nil {
		t.Fatal(err)
	}
	count := 0
	ledger.waitWritten(ctx, t, func(all []records.Record) bool {
		count = max(count, len(all))
		return true
	})
	ledger.waitWritten(ctx, t, func(all []records.Record) bool { return len(all) >= count+4 }) // nobody has told it to end

	if err := cluster.LinkUp(ctx, node); err != nil {
		t.Fatal(err)
	}
	kubelet.wait(ctx, t, old, true)
	_, err := controlplane.WaitFor(ctx, pods, writerPod, func(pod *corev1.Pod) (bool, string) {
		ready, state := controlplane.PodReady(pod)
		return ready && pod.UID != old, state
	})
	if err != nil {
		t.Fatal(err)
	}
	kubelet.wait(ctx, t, old, false)
}

// TestNotMounted: after a boot without its disk a member starts with nothing, on the disk of the system. Nothing in the API shows that; the kubelet
// tells by the capacity that it measures. With the disk back in its place the member goes on where it was.
func TestNotMounted(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 6*time.Minute)
	defer cancel()
	cluster := start(ctx, t, realnodes.Options{})
	kubelet := newWitness(cluster)
	ledger := startWriter(ctx, t, cluster, node)
	h := hardware{cluster, ledger.disk}
	before := ledger.waitWritten(ctx, t, func(all []records.Record) bool { return len(all) >= 5 })

	h.again(ctx, t, func(ctx context.Context, n int, _ string) error { return cluster.PullDisk(ctx, n, "ledger") })
	ledger.waitWritten(ctx, t, func(all []records.Record) bool {
		return len(all) >= 2 && len(records.Writers(all)) == 1 && all[0].String()+"\n" != before[:len(all[0].String())+1]
	})
	const disk = 64 << 20
	if capacity := kubelet.capacity(ctx, t, "data-"+writerPod); capacity < 10*disk {
		t.Errorf("the volume has %d bytes, as if its disk were mounted", capacity)
	}
	h.again(ctx, t, func(ctx context.Context, n int, _ string) error { return cluster.PutBackDisk(ctx, n, "ledger") })
	ledger.waitWritten(ctx, t, func(all []records.Record) bool { return len(records.Writers(all)) == 2 })
}

// capacity waits until the kubelet has measured the volume of a claim.
func (w witness) capacity(ctx context.Context, t *testing.T, claim string) uint64 {
	t.Helper()
	for tick := time.NewTicker(time.Second); ; {
		answer := w.reader.Volumes(ctx, []string{realnodes.NodeName(node)})[0]
		for _, volume := range answer.Of {
			if volume.Claim == claim {
				return volume.Capacity
			}
		}
		select {
		case <-ctx.Done():
			t.Fatalf("the kubelet has not measured %s: %v", claim, answer.Err)
		case <-tick.C:
		}
	}
}
