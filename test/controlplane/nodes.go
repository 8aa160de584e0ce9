package controlplane

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane/build"
)

// KubeletLabel marks the Nodes whose kubelet lives. KWOK selects its Nodes by it: when the label goes, KWOK sees the
// Node vanish, stops renewing the lease and posting the status, and ignores the Pods there; when the label comes
// back, it takes the Node up again (pkg/kwok/controllers/node_controller.go of sigs.k8s.io/kwok). An annotation would
// not do: KWOK filters those by itself and never learns that one is gone.
const (
	KubeletLabel = "localpv.dev/kubelet"
	kubeletAlive = "alive"
)

// UnreadyAnnotation on a Node or a Pod makes its kubelet report Ready=False for as long as it is there, with any value.
const UnreadyAnnotation = "localpv.dev/unready"

// WaitingAnnotation on a Pod that has a node keeps it Pending for as long as it is there, as a kubelet does that waits
// for a volume. KWOK knows nothing of volumes and would start the Pod.
const WaitingAnnotation = "localpv.dev/waiting"

// NewNode returns a Node as a kubelet would register it: 8 CPUs, 32 GiB and room for 110 Pods, and the labels
// that every kubelet sets. Change what the test is about before giving it to AddNodes.
func NewNode(name string) *corev1.Node {
	room := corev1.ResourceList{
		corev1.ResourceCPU:              resource.MustParse("8"),
		corev1.ResourceMemory:           resource.MustParse("32Gi"),
		corev1.ResourceEphemeralStorage: resource.MustParse("100Gi"),
		corev1.ResourcePods:             resource.MustParse("110"),
	}
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name: name,
			Labels: map[string]string{
				corev1.LabelHostname:   name,
				corev1.LabelOSStable:   "linux",
				corev1.LabelArchStable: runtime.GOARCH,
			},
		},
		Status: corev1.NodeStatus{
			Capacity:    room,
			Allocatable: room.DeepCopy(),
			NodeInfo:    corev1.NodeSystemInfo{KubeletVersion: build.KubernetesVersion},
		},
	}
}

// NewNodes returns count default Nodes: prefix-0, prefix-1 and so on.
func NewNodes(prefix string, count int) []*corev1.Node {
	nodes := make([]*corev1.Node, count)
	for i := range nodes {
		nodes[i] = NewNode(fmt.Sprintf("%s-%d", prefix, i))
	}
	return nodes
}

// AddNodes creates the Nodes, each with a living kubelet, and returns when all are Ready and untainted by the node
// lifecycle controller.
func (c *Cluster) AddNodes(ctx context.Context, nodes ...*corev1.Node) error {
	return forEach(ctx, nodes, func(ctx context.Context, node *corev1.Node) error {
		node = node.DeepCopy()
		metav1.SetMetaDataLabel(&node.ObjectMeta, KubeletLabel, kubeletAlive)
		if _, err := c.client.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{}); err != nil {
			return fmt.Errorf("create the Node %s: %w", node.Name, err)
		}
		ready := NodeReady
		if _, unready := node.Annotations[UnreadyAnnotation]; unready {
			ready = NodeNotReady
		}
		_, err := WaitFor(ctx, c.client.CoreV1().Nodes(), node.Name, ready)
		return err
	})
}

// Kill lets the kubelets of the Nodes die. Nothing else changes at once: after [Options.GracePeriod] the Nodes are
// Unknown and tainted as unreachable, which [NodeUnknown] waits for. If most nodes die the node lifecycle controller
// calls it an outage and evicts nobody, as in production.
func (c *Cluster) Kill(ctx context.Context, nodes ...string) error {
	return forEach(ctx, nodes, func(ctx context.Context, name string) error {
		return c.labelKubelet(ctx, name, nil)
	})
}

// Revive brings the kubelets of the Nodes back; [NodeReady] waits for the effect.
func (c *Cluster) Revive(ctx context.Context, nodes ...string) error {
	return forEach(ctx, nodes, func(ctx context.Context, name string) error {
		return c.labelKubelet(ctx, name, kubeletAlive)
	})
}

// Delete removes the Node objects, as an autoscaler does that has taken the machines away. Their Pods are left to the
// garbage collector of kube-controller-manager, which waits 40 seconds.
func (c *Cluster) Delete(ctx context.Context, nodes ...string) error {
	return forEach(ctx, nodes, func(ctx context.Context, name string) error {
		if err := c.client.CoreV1().Nodes().Delete(ctx, name, metav1.DeleteOptions{}); err != nil {
			return fmt.Errorf("delete the Node %s: %w", name, err)
		}
		return nil
	})
}

func (c *Cluster) labelKubelet(ctx context.Context, node string, value any) error {
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"labels": map[string]any{KubeletLabel: value}}})
	if err != nil {
		return fmt.Errorf("label the Node %s: %w", node, err)
	}
	_, err = c.client.CoreV1().Nodes().Patch(ctx, node, types.MergePatchType, patch, metav1.PatchOptions{})
	if err != nil {
		return fmt.Errorf("label the Node %s: %w", node, err)
	}
	return nil
}

// forEach runs do for all items, a few at a time, and returns the first error.
func forEach[T any](ctx context.Context, items []T, do func(context.Context, T) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(20)
	for _, item := range items {
		group.Go(func() error { return do(ctx, item) })
	}
	return group.Wait()
}
