package controlplane

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
)

// never is longer than any test runs: the node lifecycle controller, which would call a node dead after so long a silence,
// does not get to it.
const never = 24 * time.Hour

// KWOK copies the question on a living Node to the answer: see [ControlPlane.fence].
const (
	questionAnnotation = "localpv.dev/question"
	answerAnnotation   = "localpv.dev/answer"
)

// AddNodes does what [Cluster.AddNodes] does. With [Options.ByHand] it also makes the lease that a kubelet makes.
func (cp *ControlPlane) AddNodes(ctx context.Context, nodes ...*corev1.Node) error {
	if err := cp.Cluster.AddNodes(ctx, nodes...); err != nil || !cp.options.ByHand {
		return err
	}
	return forEach(ctx, nodes, func(ctx context.Context, node *corev1.Node) error { return cp.renewLease(ctx, node.Name) })
}

// Kill does what [Cluster.Kill] does. With [Options.ByHand] the Nodes are Unknown when it returns, their Pods are not Ready, and
// nothing touches either of them any more but the controllers, who taint and evict as ever.
func (cp *ControlPlane) Kill(ctx context.Context, nodes ...string) error {
	if err := cp.Cluster.Kill(ctx, nodes...); err != nil || !cp.options.ByHand {
		return err
	}
	if err := cp.fence(ctx); err != nil {
		return err
	}
	return forEach(ctx, nodes, cp.declareUnknown)
}

// Revive does what [Cluster.Revive] does. With [Options.ByHand] it also renews the leases, once.
func (cp *ControlPlane) Revive(ctx context.Context, nodes ...string) error {
	if cp.options.ByHand {
		if err := cp.Renew(ctx, nodes...); err != nil {
			return err
		}
	}
	return cp.Cluster.Revive(ctx, nodes...)
}

// Renew renews the leases of Nodes, once, whether their kubelets live or not. It is for [Options.ByHand].
func (cp *ControlPlane) Renew(ctx context.Context, nodes ...string) error {
	return forEach(ctx, nodes, cp.renewLease)
}

// Delete does what [Cluster.Delete] does. With [Options.ByHand] the leases are gone when it returns, for which others wait for
// the garbage collector.
func (cp *ControlPlane) Delete(ctx context.Context, nodes ...string) error {
	if err := cp.Cluster.Delete(ctx, nodes...); err != nil || !cp.options.ByHand {
		return err
	}
	return forEach(ctx, nodes, func(ctx context.Context, name string) error {
		err := cp.client.CoordinationV1().Leases(corev1.NamespaceNodeLease).Delete(ctx, name, metav1.DeleteOptions{})
		if err != nil && !apierrors.IsNotFound(err) {
			return fmt.Errorf("delete the lease of %s: %w", name, err)
		}
		return nil
	})
}

// renewLease makes or renews the lease of a node as its kubelet does
// (k8s.io/component-helpers/apimachinery/lease: controller.newLease; the kubelet's value is 40 s).
func (cp *ControlPlane) renewLease(ctx context.Context, node string) error {
	leases := cp.client.CoordinationV1().Leases(corev1.NamespaceNodeLease)
	n, err := cp.client.CoreV1().Nodes().Get(ctx, node, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("renew the lease of %s: %w", node, err)
	}
	lease := &coordinationv1.Lease{
		ObjectMeta: metav1.ObjectMeta{Name: node, OwnerReferences: []metav1.OwnerReference{{
			APIVersion: corev1.SchemeGroupVersion.String(), Kind: "Node", Name: node, UID: n.UID,
		}}},
		Spec: coordinationv1.LeaseSpec{
			HolderIdentity: &node, LeaseDurationSeconds: ptr.To(int32(40)), RenewTime: ptr.To(metav1.NowMicro()),
		},
	}
	// The owner is written again too: a Node of this name may have been replaced, and the garbage collector takes a lease whose
	// owner is gone, at any time.
	patch, err := json.Marshal(lease)
	if err != nil {
		return fmt.Errorf("write the lease of %s: %w", node, err)
	}
	for {
		_, err = leases.Create(ctx, lease, metav1.CreateOptions{})
		if apierrors.IsAlreadyExists(err) {
			_, err = leases.Patch(ctx, node, types.MergePatchType, patch, metav1.PatchOptions{})
		}
		if err == nil || !apierrors.IsNotFound(err) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("renew the lease of %s: %w", node, err)
	}
	return nil
}

// fence returns when KWOK no longer acts for the Nodes that were killed before it was called. KWOK hears of all Nodes in one stream
// and works it off in order (pkg/kwok/controllers: NodeController.watchResources), so once it has reacted to a change that was
// made to another Node, it has seen the killed ones go. If no Node lives KWOK is started again, and finds none.
func (cp *ControlPlane) fence(ctx context.Context) error {
	cp.fencing.Lock() // one question at a time: the next one on the same Node takes the place of one that is not answered yet
	defer cp.fencing.Unlock()
	alive, err := cp.client.CoreV1().Nodes().List(ctx, metav1.ListOptions{LabelSelector: KubeletLabel + "=" + kubeletAlive})
	if err != nil {
		return fmt.Errorf("find a living node: %w", err)
	}
	for _, name := range cp.leastInvolved(alive.Items) {
		switch answered, err := cp.answers(ctx, name); {
		case err != nil:
			return err
		case answered:
			return nil
		}
	}
	if err := cp.StopComponent(Kwok); err != nil {
		return err
	}
	return cp.StartComponent(ctx, Kwok)
}

// leastInvolved are the names of Nodes, those first that were there from the start: a test is likely to look at its own ones.
func (cp *ControlPlane) leastInvolved(nodes []corev1.Node) []string {
	var first, rest []string
	for i := range nodes {
		name := nodes[i].Name
		if slices.ContainsFunc(cp.options.Nodes, func(n *corev1.Node) bool { return n.Name == name }) {
			first = append(first, name)
		} else {
			rest = append(rest, name)
		}
	}
	return slices.Concat(first, rest)
}

// answers asks KWOK about one Node. It reports false if the Node dies or goes meanwhile.
func (cp *ControlPlane) answers(ctx context.Context, node string) (bool, error) {
	nodes := cp.client.CoreV1().Nodes()
	cp.questions++
	question := strconv.Itoa(cp.questions)
	patch := fmt.Sprintf(`{"metadata":{"annotations":{%q:%q}}}`, questionAnnotation, question)
	_, err := nodes.Patch(ctx, node, types.MergePatchType, []byte(patch), metav1.PatchOptions{})
	switch {
	case apierrors.IsNotFound(err):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("ask KWOK about %s: %w", node, err)
	}
	answered := false
	_, err = WaitFor(ctx, nodes, node, func(n *corev1.Node) (bool, string) {
		if n == nil || n.Labels[KubeletLabel] != kubeletAlive {
			return true, "it has left"
		}
		answered = n.Annotations[answerAnnotation] == question
		return answered, "KWOK has not answered question " + question
	})
	return answered, err
}

// declareUnknown does to a Node and its Pods what the node lifecycle controller does after the grace period
// (pkg/controller/nodelifecycle: tryUpdateNodeHealth, MarkPodsNotReady). The taints and the evictions are left to the controllers.
func (cp *ControlPlane) declareUnknown(ctx context.Context, node string) error {
	now := metav1.Now()
	since := metav1.NewTime(now.Add(-time.Minute)) // long enough for a command that asks for some seconds of silence
	var conditions []map[string]any
	for _, t := range []corev1.NodeConditionType{corev1.NodeReady, corev1.NodeMemoryPressure, corev1.NodeDiskPressure, corev1.NodePIDPressure} {
		conditions = append(conditions, map[string]any{
			"type": t, "status": corev1.ConditionUnknown, "reason": "NodeStatusUnknown",
			"message": "Kubelet stopped posting node status.", "lastTransitionTime": since,
		})
	}
	patch, err := statusPatch(conditions)
	if err != nil {
		return err
	}
	core := cp.client.CoreV1()
	if _, err := core.Nodes().Patch(ctx, node, types.StrategicMergePatchType, patch, metav1.PatchOptions{}, "status"); err != nil {
		return fmt.Errorf("declare %s Unknown: %w", node, err)
	}
	patch, err = statusPatch([]map[string]any{{"type": corev1.PodReady, "status": corev1.ConditionFalse, "lastTransitionTime": now}})
	if err != nil {
		return err
	}
	pods, err := core.Pods(metav1.NamespaceAll).List(ctx, metav1.ListOptions{FieldSelector: fields.OneTermEqualSelector("spec.nodeName", node).String()})
	if err != nil {
		return fmt.Errorf("list the Pods on %s: %w", node, err)
	}
	for i := range pods.Items {
		p := &pods.Items[i]
		if ready, _ := PodReady(p); !ready && p.DeletionTimestamp == nil {
			continue
		}
		_, err := core.Pods(p.Namespace).Patch(ctx, p.Name, types.StrategicMergePatchType, patch, metav1.PatchOptions{}, "status")
		if err != nil && !apierrors.IsNotFound(err) {
			return fmt.Errorf("declare Pod %s not Ready: %w", p.Name, err)
		}
	}
	return nil
}

func statusPatch(conditions []map[string]any) ([]byte, error) {
	patch, err := json.Marshal(map[string]any{"status": map[string]any{"conditions": conditions}})
	if err != nil {
		return nil, fmt.Errorf("write conditions: %w", err)
	}
	return patch, nil
}
