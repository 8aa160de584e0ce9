package e2e

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/hack/controlplane"
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
	client := cluster.Client()
	var create metav1.CreateOptions
	steps := []func() error{
		func() error { return cluster.CreateNamespace(ctx, w.name) },
		func() error {
			return all(ctx, w.nodes, w.buildNode)
		},
		func() error {
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
			for _, pod := range w.running {
				if _, err := client.CoreV1().Pods(w.name).Create(ctx, pod, create); err != nil {
					return err
				}
			}
			return nil
		},
		func() error { return all(ctx, w.running, waitRunning) },
		func() error { return all(ctx, w.claims[:6], waitBound) },
		func() error {
			for _, name := range w.terminate {
				if err := client.CoreV1().PersistentVolumeClaims(w.name).Delete(ctx, name, metav1.DeleteOptions{}); err != nil {
					return err
				}
			}
			return nil
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
	}
	return nil
}

func (w *world) buildNode(ctx context.Context, node *corev1.Node) error {
	if err := cluster.AddNodes(ctx, node); err != nil {
		return err
	}
	if _, unready := node.Annotations[controlplane.UnreadyAnnotation]; !unready {
		return nil
	}
	_, err := controlplane.WaitFor(ctx, cluster.Client().CoreV1().Nodes(), node.Name, notReadyAndTainted)
	return err
}

func waitRunning(ctx context.Context, pod *corev1.Pod) error {
	_, err := controlplane.WaitFor(ctx, cluster.Client().CoreV1().Pods(pod.Namespace), pod.Name, controlplane.PodReady)
	return err
}

func waitBound(ctx context.Context, claim *corev1.PersistentVolumeClaim) error {
	_, err := controlplane.WaitFor(ctx, cluster.Client().CoreV1().PersistentVolumeClaims(claim.Namespace), claim.Name, controlplane.ClaimPhase(corev1.ClaimBound))
	return err
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

// judgeAfresh creates the Pods that have no node anew and waits for what the scheduler says.
func (w *world) judgeAfresh(ctx context.Context) error {
	pods := cluster.Client().CoreV1().Pods(w.name)
	list, err := pods.List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	placed := map[string]bool{}
	var waiting []corev1.Pod
	for _, pod := range list.Items {
		if pod.Spec.NodeName != "" {
			placed[pod.Name] = true
		} else {
			waiting = append(waiting, pod)
		}
	}
	if err := all(ctx, waiting, deletePod); err != nil {
		return err
	}
	create := slices.DeleteFunc(slices.Clone(w.pods), func(p *corev1.Pod) bool { return placed[p.Name] })
	return all(ctx, create, createAndWait)
}

// deletePod deletes a Pod and waits until it, and the claim that was made for it, are gone.
func deletePod(ctx context.Context, pod corev1.Pod) error {
	client := cluster.Client().CoreV1()
	if err := client.Pods(pod.Namespace).Delete(ctx, pod.Name, metav1.DeleteOptions{}); err != nil {
		return err
	}
	if _, err := controlplane.WaitFor(ctx, client.Pods(pod.Namespace), pod.Name, controlplane.Gone[*corev1.Pod](pod.UID)); err != nil {
		return err
	}
	for _, name := range ephemeralClaims(&pod) {
		if _, err := controlplane.WaitFor(ctx, client.PersistentVolumeClaims(pod.Namespace), name, controlplane.Gone[*corev1.PersistentVolumeClaim]("")); err != nil {
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

// createAndWait creates a Pod and waits until the scheduler has judged it, or will not.
func createAndWait(ctx context.Context, pod *corev1.Pod) error {
	client := cluster.Client().CoreV1()
	pods := client.Pods(pod.Namespace)
	pod = pod.DeepCopy()
	claims := ephemeralClaims(pod)
	if len(claims) > 0 {
		pod.Spec.SchedulingGates = append(pod.Spec.SchedulingGates, corev1.PodSchedulingGate{Name: holdGate})
	}
	if _, err := pods.Create(ctx, pod, metav1.CreateOptions{}); err != nil {
		return err
	}
	for _, name := range claims {
		if _, err := controlplane.WaitFor(ctx, client.PersistentVolumeClaims(pod.Namespace), name, controlplane.ClaimPhase(corev1.ClaimPending)); err != nil {
			return err
		}
	}
	if len(claims) > 0 {
		last := len(pod.Spec.SchedulingGates) - 1
		patch := fmt.Sprintf(`[{"op":"remove","path":"/spec/schedulingGates/%d"}]`, last)
		if _, err := pods.Patch(ctx, pod.Name, types.JSONPatchType, []byte(patch), metav1.PatchOptions{}); err != nil {
			return err
		}
	}
	placed, err := controlplane.WaitFor(ctx, pods, pod.Name, judged)
	if err != nil || placed.Spec.NodeName == "" {
		return err
	}
	return waitRunning(ctx, pod)
}

// judged is met by a Pod that the scheduler has placed or refused, and at once by one that it will not look at.
func judged(pod *corev1.Pod) (bool, string) {
	if pod == nil {
		return false, "it does not exist"
	}
	if len(pod.Spec.SchedulingGates) > 0 || pod.Spec.SchedulerName != corev1.DefaultSchedulerName || pod.Spec.NodeName != "" {
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
