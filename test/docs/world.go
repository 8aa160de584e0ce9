package docs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// world is the cluster of one page, empty when the page begins.
type world struct {
	lab *live.Cluster
	// dir is where the commands of the page run.
	dir string
}

// prelude are shell functions for lines of a set-up, and what makes a shell stop at the first failure.
const prelude = `set -euo pipefail
# member-ready waits until a Pod is there and Ready.
member-ready() { for p in "$@"; do kubectl wait --for=create pod/$p --timeout=300s >/dev/null; kubectl wait --for=condition=Ready pod/$p --timeout=300s >/dev/null; done; }
# refused waits until the scheduler has refused a Pod.
refused() { for p in "$@"; do kubectl wait --for=create pod/$p --timeout=300s >/dev/null; kubectl wait --for=condition=PodScheduled=False pod/$p --timeout=300s >/dev/null; done; }
`

// prepare does the lines of a set-up: its own steps one by one, the lines between them in one shell.
func (w *world) prepare(ctx context.Context, lines []string) error {
	var script []string
	flush := func() error {
		text := strings.TrimSpace(strings.Join(script, "\n"))
		script = nil
		if text == "" {
			return nil
		}
		cmd, err := w.lab.Shell(ctx, w.dir, prelude+text)
		if err != nil {
			return err
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", text, err, out)
		}
		return nil
	}
	for _, line := range lines {
		words := strings.Fields(line)
		if len(words) == 0 || w.steps()[words[0]] == nil {
			script = append(script, line)
			continue
		}
		if err := flush(); err != nil {
			return err
		}
		if err := w.steps()[words[0]](ctx, words[1:]); err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
	}
	return flush()
}

// steps are what a set-up can do besides running a shell.
func (w *world) steps() map[string]func(ctx context.Context, words []string) error {
	return map[string]func(ctx context.Context, words []string) error{
		"class":    w.addClass,
		"database": w.addDatabase,
		"nodes":    w.addNodes,
		"volume":   w.addVolume,
		"dies":     w.dies,
		"returns":  w.returns,
		"vanishes": func(ctx context.Context, nodes []string) error { return w.lab.Delete(ctx, nodes...) },
	}
}

// addNodes is "nodes NODE...".
func (w *world) addNodes(ctx context.Context, names []string) error {
	var nodes []*corev1.Node
	for _, name := range names {
		nodes = append(nodes, controlplane.NewNode(name))
	}
	return w.lab.AddNodes(ctx, nodes...)
}

// longAgo is for how long a node that dies on a page has been unreachable.
const longAgo = 14 * time.Minute

// dies lets nodes die. In the end the cluster remembers them as silent for a while, as an operator finds them who was woken.
func (w *world) dies(ctx context.Context, names []string) error {
	if err := w.lab.Kill(ctx, names...); err != nil {
		return err
	}
	nodes := w.lab.Client().CoreV1().Nodes()
	for _, name := range names {
		node, err := controlplane.WaitFor(ctx, nodes, name, controlplane.NodeUnknown)
		if err != nil {
			return err
		}
		for i := range node.Status.Conditions {
			node.Status.Conditions[i].LastTransitionTime = metav1.NewTime(time.Now().Add(-longAgo))
		}
		patch, err := json.Marshal(map[string]any{"status": map[string]any{"conditions": node.Status.Conditions}})
		if err != nil {
			return err
		}
		if _, err := nodes.Patch(ctx, name, types.StrategicMergePatchType, patch, metav1.PatchOptions{}, "status"); err != nil {
			return err
		}
		patch, err = json.Marshal(map[string]any{"spec": map[string]any{"renewTime": metav1.NewMicroTime(time.Now().Add(-longAgo - time.Minute))}})
		if err != nil {
			return err
		}
		if _, err := w.lab.Client().CoordinationV1().Leases(corev1.NamespaceNodeLease).Patch(ctx, name, types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
			return err
		}
	}
	return nil
}

// returns brings the nodes back.
func (w *world) returns(ctx context.Context, names []string) error {
	if err := w.lab.Revive(ctx, names...); err != nil {
		return err
	}
	for _, name := range names {
		if _, err := controlplane.WaitFor(ctx, w.lab.Client().CoreV1().Nodes(), name, controlplane.NodeReady); err != nil {
			return err
		}
	}
	return nil
}

// empty removes everything that a page may have made, owners first.
func (w *world) empty(ctx context.Context) error {
	now := metav1.DeleteOptions{GracePeriodSeconds: ptr.To(int64(0)), PropagationPolicy: ptr.To(metav1.DeletePropagationBackground)}
	c, all := w.lab.Client(), metav1.ListOptions{}
	var errs []error
	for _, in := range []string{metav1.NamespaceDefault, shop} {
		errs = append(errs,
			c.AppsV1().StatefulSets(in).DeleteCollection(ctx, now, all),
			c.AppsV1().Deployments(in).DeleteCollection(ctx, now, all),
			c.AppsV1().DaemonSets(in).DeleteCollection(ctx, now, all),
			c.AppsV1().ReplicaSets(in).DeleteCollection(ctx, now, all),
			c.PolicyV1().PodDisruptionBudgets(in).DeleteCollection(ctx, now, all),
			c.CoreV1().Pods(in).DeleteCollection(ctx, now, all),
			c.CoreV1().PersistentVolumeClaims(in).DeleteCollection(ctx, now, all),
			c.CoreV1().Events(in).DeleteCollection(ctx, now, all),
		)
	}
	errs = append(errs,
		c.CoreV1().PersistentVolumes().DeleteCollection(ctx, now, all),
		c.StorageV1().StorageClasses().DeleteCollection(ctx, now, all),
		c.CoreV1().Nodes().DeleteCollection(ctx, now, all),
	)
	if err := errors.Join(errs...); err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("clear up: %w", err)
	}
	return errors.Join(
		controlplane.WaitForAll(ctx, c.CoreV1().Pods(""), "left", all, none[*corev1.Pod]),
		controlplane.WaitForAll(ctx, c.CoreV1().PersistentVolumeClaims(""), "left", all, none[*corev1.PersistentVolumeClaim]),
		controlplane.WaitForAll(ctx, c.CoreV1().PersistentVolumes(), "left", all, none[*corev1.PersistentVolume]),
		controlplane.WaitForAll(ctx, c.CoreV1().Nodes(), "left", all, none[*corev1.Node]),
	)
}

func none[T any](left []T) (bool, string) { return len(left) == 0, fmt.Sprintf("%d", len(left)) }
