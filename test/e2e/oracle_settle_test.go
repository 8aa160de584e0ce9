package e2e

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// holdGate keeps a Pod with a generic ephemeral volume until its claim is there, so that the scheduler's first word on it
// is its last.
const holdGate = "localpv.dev/hold"

// all runs do for every item, many at a time.
func all[T any](ctx context.Context, items []T, do func(context.Context, T) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(40)
	for _, item := range items {
		group.Go(func() error { return do(ctx, item) })
	}
	return group.Wait()
}

// build creates everything but the Pods that are to be placed, and waits until it stands.
func (w *world) build(ctx context.Context) error {
	steps := []func(context.Context) error{
		func(ctx context.Context) error { return cluster.CreateNamespace(ctx, w.name) },
		w.buildNodes,
		w.buildVolumes,
		w.buildRunning,
		w.buildReserves,
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
	}
	return nil
}

func (w *world) buildNodes(ctx context.Context) error {
	nodes := cluster.Client().CoreV1().Nodes()
	for _, node := range w.nodes {
		if _, err := nodes.Create(ctx, node, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	return controlplane.WaitForAll(ctx, nodes, "of "+w.name, metav1.ListOptions{LabelSelector: "pool=" + w.name}, every(nodeAsWanted))
}

func (w *world) buildVolumes(ctx context.Context) error {
	client := cluster.Client()
	var create metav1.CreateOptions
	for _, class := range w.classes {
		if _, err := client.StorageV1().StorageClasses().Create(ctx, class, create); err != nil {
			return err
		}
	}
	for _, driver := range w.drivers {
		if _, err := client.StorageV1().CSIDrivers().Create(ctx, driver, create); err != nil {
			return err
		}
	}
	for _, room := range w.rooms {
		if _, err := client.StorageV1().CSIStorageCapacities(w.name).Create(ctx, room, create); err != nil {
			return err
		}
	}
	for _, volume := range w.volumes {
		if _, err := client.CoreV1().PersistentVolumes().Create(ctx, volume, create); err != nil {
			return err
		}
	}
	for _, claim := range w.claims {
		if _, err := client.CoreV1().PersistentVolumeClaims(w.name).Create(ctx, claim, create); err != nil {
			return err
		}
	}
	return w.waitClaims(ctx, func(claim *corev1.PersistentVolumeClaim) (bool, string) {
		return !strings.HasPrefix(claim.Name, "bound-") || claim.Status.Phase == corev1.ClaimBound, claim.Name
	})
}

func (w *world) buildRunning(ctx context.Context) error {
	client := cluster.Client().CoreV1()
	for _, pod := range w.running {
		if _, err := client.Pods(w.name).Create(ctx, pod, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	if err := w.waitPods(ctx, controlplane.PodReady); err != nil {
		return err
	}
	for _, name := range w.terminate {
		if err := client.PersistentVolumeClaims(w.name).Delete(ctx, name, metav1.DeleteOptions{}); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) waitPods(ctx context.Context, condition controlplane.Condition[*corev1.Pod]) error {
	return controlplane.WaitForAll(ctx, cluster.Client().CoreV1().Pods(w.name), "of "+w.name, metav1.ListOptions{}, every(condition))
}

func (w *world) waitClaims(ctx context.Context, condition controlplane.Condition[*corev1.PersistentVolumeClaim]) error {
	return controlplane.WaitForAll(ctx, cluster.Client().CoreV1().PersistentVolumeClaims(w.name), "of "+w.name, metav1.ListOptions{}, every(condition))
}

// every is met when each of the objects meets the condition.
func every[T controlplane.Object](condition controlplane.Condition[T]) func([]T) (bool, string) {
	return func(objects []T) (bool, string) {
		for _, object := range objects {
			if met, state := condition(object); !met {
				return false, object.GetName() + ": " + state
			}
		}
		return true, ""
	}
}

// nodeAsWanted is met by a Node that is Ready, or NotReady if it shall be.
func nodeAsWanted(node *corev1.Node) (bool, string) {
	if _, unready := node.Annotations[controlplane.UnreadyAnnotation]; unready {
		return notReadyAndTainted(node)
	}
	return controlplane.NodeReady(node)
}

// judge has the scheduler judge all Pods of the worlds that have no node, afresh and together, again and again until a
// round changes nothing: then every verdict was made on the state that the worlds are in now.
func judge(ctx context.Context, worlds []*world) error {
	for range 10 {
		before, err := digest(ctx)
		if err != nil {
			return err
		}
		if err := all(ctx, worlds, func(ctx context.Context, w *world) error { return w.judgeAfresh(ctx) }); err != nil {
			return err
		}
		after, err := digest(ctx)
		if err != nil {
			return err
		}
		if before == after {
			return nil
		}
	}
	return errors.New("the cluster does not settle")
}

// judgeAfresh recreates the Pods that have no node and waits for what the scheduler says.
func (w *world) judgeAfresh(ctx context.Context) error {
	if err := w.clear(ctx); err != nil {
		return err
	}
	pods := cluster.Client().CoreV1().Pods(w.name)
	list, err := pods.List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	placed := map[string]bool{}
	for _, pod := range list.Items {
		placed[pod.Name] = true
	}
	var held []*corev1.Pod
	for _, pod := range w.pods {
		if placed[pod.Name] {
			continue
		}
		if len(ephemeralClaims(pod)) > 0 {
			pod = hold(pod)
			held = append(held, pod)
		}
		if _, err := pods.Create(ctx, pod, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	if err := w.ungate(ctx, held...); err != nil {
		return err
	}
	return w.waitPods(ctx, judged)
}

// clear deletes the Pods that have no node, and waits until they, and the claims that were made for them, are gone. Those
// that are kept for later stay.
func (w *world) clear(ctx context.Context) error {
	client := cluster.Client().CoreV1()
	waiting := metav1.ListOptions{FieldSelector: "spec.nodeName=", LabelSelector: "!" + reserve}
	pods, err := client.Pods(w.name).List(ctx, waiting)
	if err != nil {
		return err
	}
	doomed := map[string]bool{}
	for _, pod := range pods.Items {
		for _, name := range ephemeralClaims(&pod) {
			doomed[name] = true
		}
	}
	if err := client.Pods(w.name).DeleteCollection(ctx, metav1.DeleteOptions{}, waiting); err != nil {
		return err
	}
	err = controlplane.WaitForAll(ctx, client.Pods(w.name), "to go from "+w.name, waiting, func(left []*corev1.Pod) (bool, string) {
		return len(left) == 0, fmt.Sprintf("%d are left", len(left))
	})
	if err != nil {
		return err
	}
	return w.waitClaims(ctx, func(claim *corev1.PersistentVolumeClaim) (bool, string) {
		return !doomed[claim.Name], "it is still there"
	})
}

// hold is a Pod that is not to be looked at yet.
func hold(pod *corev1.Pod) *corev1.Pod {
	pod = pod.DeepCopy()
	pod.Spec.SchedulingGates = append([]corev1.PodSchedulingGate{{Name: holdGate}}, pod.Spec.SchedulingGates...)
	return pod
}

// ungate lets the scheduler look at Pods that were held, once the claims of their ephemeral volumes are there.
func (w *world) ungate(ctx context.Context, held ...*corev1.Pod) error {
	client := cluster.Client().CoreV1()
	for _, pod := range held {
		for _, name := range ephemeralClaims(pod) {
			if _, err := controlplane.WaitFor(ctx, client.PersistentVolumeClaims(w.name), name, controlplane.ClaimPhase(corev1.ClaimPending)); err != nil {
				return err
			}
		}
		patch := []byte(`[{"op":"remove","path":"/spec/schedulingGates/0"}]`)
		if _, err := client.Pods(w.name).Patch(ctx, pod.Name, types.JSONPatchType, patch, metav1.PatchOptions{}); err != nil {
			return err
		}
	}
	return nil
}

func ephemeralClaims(pod *corev1.Pod) []string {
	var names []string
	for _, v := range pod.Spec.Volumes {
		if v.Ephemeral != nil {
			names = append(names, pod.Name+"-"+v.Name)
		}
	}
	return names
}

// judged is met by a Pod that runs or that the scheduler has refused, and at once by one that it will not look at.
func judged(pod *corev1.Pod) (bool, string) {
	if pod == nil {
		return false, "it does not exist"
	}
	if pod.Spec.NodeName != "" {
		return controlplane.PodReady(pod)
	}
	if len(pod.Spec.SchedulingGates) > 0 || pod.Spec.SchedulerName != corev1.DefaultSchedulerName {
		return true, ""
	}
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodScheduled {
			return c.Status == corev1.ConditionFalse && c.Reason == corev1.PodReasonUnschedulable, c.Reason + ": " + c.Message
		}
	}
	return false, "the scheduler has said nothing"
}

// digest is everything in the cluster that a verdict can rest on and that changes.
func digest(ctx context.Context) (string, error) {
	var b strings.Builder
	client := cluster.Client().CoreV1()
	nodes, err := client.Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return "", err
	}
	for _, n := range nodes.Items {
		fmt.Fprintln(&b, n.Name, n.Spec.Unschedulable, n.Spec.Taints)
	}
	pods, err := client.Pods("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return "", err
	}
	for _, p := range pods.Items {
		if !strings.HasPrefix(p.Namespace, "oracle-") {
			continue // on Nodes of its own, if it still has them
		}
		fmt.Fprintln(&b, p.Namespace, p.Name, p.Spec.NodeName, p.Status.Phase)
	}
	claims, err := client.PersistentVolumeClaims("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return "", err
	}
	for _, c := range claims.Items {
		fmt.Fprintln(&b, c.Namespace, c.Name, c.Spec.VolumeName, c.Status.Phase, c.Annotations, c.DeletionTimestamp != nil)
	}
	volumes, err := client.PersistentVolumes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return "", err
	}
	for _, v := range volumes.Items {
		claim := ""
		if v.Spec.ClaimRef != nil {
			claim = v.Spec.ClaimRef.Namespace + "/" + v.Spec.ClaimRef.Name
		}
		fmt.Fprintln(&b, v.Name, v.Status.Phase, claim)
	}
	return b.String(), nil
}
