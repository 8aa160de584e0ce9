package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/simulate"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// reserve labels the Pods that wait, gated, for the time when all others have been judged.
const reserve = "localpv.dev/reserve"

// reservesPerSeed are freed one after the other, and what becomes of each is foretold.
const reservesPerSeed = 5

func (w *world) addReserve(i int) {
	w.addPod(podsPerSeed + i)
	last := len(w.pods) - 1
	pod := w.pods[last]
	w.pods = w.pods[:last]
	pod.Spec.SchedulingGates, pod.Spec.SchedulerName = nil, ""
	pod.Labels[reserve] = "yes"
	w.reserves = append(w.reserves, hold(pod))
}

func (w *world) buildReserves(ctx context.Context) error {
	for _, pod := range w.reserves {
		if _, err := cluster.Client().CoreV1().Pods(w.name).Create(ctx, pod, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	return w.waitClaims(ctx, func(claim *corev1.PersistentVolumeClaim) (bool, string) { return claim.Status.Phase != "", "no phase" })
}

// foretell lets the scheduler look at one Pod of every world at a time, and says beforehand where that can put it, or what it
// will say. Nothing else is waiting, so nothing else happens.
func foretell(ctx context.Context, t *testing.T, worlds []*world) map[string][]string {
	t.Helper()
	wrong := map[string][]string{}
	if err := all(ctx, worlds, func(ctx context.Context, w *world) error { return w.clear(ctx) }); err != nil {
		t.Fatal(err)
	}
	for i := range reservesPerSeed {
		simulator, err := simulate.New(ctx, takeSnapshot(t)) //nolint:contextcheck // it has a deadline of its own
		if err != nil {
			t.Fatal(err)
		}
		verdicts := make([]*inspect.Verdict, len(worlds))
		for j, w := range worlds {
			pod, err := cluster.Client().CoreV1().Pods(w.name).Get(ctx, w.reserves[i].Name, metav1.GetOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if verdicts[j], err = simulator.Verdict(ctx, pod, inspect.Change{}, nil); err != nil {
				t.Fatal(err)
			}
		}
		outcomes := make([]*corev1.Pod, len(worlds))
		err = all(ctx, slices.Collect(indexes(worlds)), func(ctx context.Context, j int) (err error) {
			outcomes[j], err = worlds[j].decided(ctx, worlds[j].reserves[i])
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for j, w := range worlds {
			if text := compareOutcome(verdicts[j], outcomes[j]); text != "" {
				wrong[w.name] = append(wrong[w.name], text)
			}
		}
	}
	return wrong
}

// decided lets the scheduler look at a Pod, waits for what it decides, and deletes the Pod if it was refused: it must not be
// placed later.
func (w *world) decided(ctx context.Context, pod *corev1.Pod) (*corev1.Pod, error) {
	if err := w.ungate(ctx, pod); err != nil {
		return nil, err
	}
	pods := cluster.Client().CoreV1().Pods(w.name)
	judgedPod, err := controlplane.WaitFor(ctx, pods, pod.Name, judged)
	if err != nil || judgedPod.Spec.NodeName != "" {
		return judgedPod, err
	}
	if err := pods.Delete(ctx, pod.Name, metav1.DeleteOptions{}); err != nil {
		return nil, err
	}
	_, err = controlplane.WaitFor(ctx, pods, pod.Name, controlplane.Gone[*corev1.Pod](judgedPod.UID))
	return judgedPod, err
}

// compareOutcome is empty if a Pod fared as foretold.
func compareOutcome(verdict *inspect.Verdict, pod *corev1.Pod) string {
	feasible := verdict.Feasible()
	said, _ := schedulerMessage(pod)
	switch node := pod.Spec.NodeName; {
	case node != "" && !slices.Contains(feasible, node):
		return fmt.Sprintf("%s went to %s, and was to fit %v: %s", pod.Name, node, feasible, verdict.Message)
	case node == "" && len(feasible) > 0:
		return fmt.Sprintf("%s was to fit %v, and was refused: %s", pod.Name, feasible, said)
	case node == "":
		if rest, same := strings.CutPrefix(said, verdict.Message); !same || !preemptionPart(rest) {
			return fmt.Sprintf("%s was to hear:\n%s\nand heard:\n%s", pod.Name, verdict.Message, said)
		}
	}
	return ""
}

func indexes[T any](items []T) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := range items {
			if !yield(i) {
				return
			}
		}
	}
}
