package drain

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// TestOperator moves a Pod that an operator of its own makes, with its claim: only the operator recreates either.
func TestOperator(t *testing.T) {
	t.Parallel()
	s := open(t, "operator")
	for i, node := range []string{old, "a", "b"} {
		name := []string{"pg-1", "pg-2", "pg-3"}[i]
		tied(s, name, name, node)
	}
	operate(t, s, "pg-1", "pg-2", "pg-3")
	s.WaitPods("pg", 3)
	free(s, "c")
	args := draining("--move-claims")(s)
	plan := planOf(t, s, args)
	r := s.Run(live.Run{Args: append(args, "--yes"), Rules: rules(s, false, false)})
	if r.Exit != 0 {
		t.Fatal(r)
	}
	s.WaitPods("pg", 3)
	waitReleased(s)
	asPlanned(t, s, plan)
	for _, w := range r.Writes() {
		if w.Verb == "create" && w.Resource == "persistentvolumeclaims" {
			t.Errorf("making the claim is the operator's business: %s", r)
		}
	}
}

// operate plays an operator until the test ends: it makes each of its Pods with a claim of the same name, and makes
// again what is gone.
func operate(t *testing.T, s *live.Scene, names ...string) {
	t.Helper()
	owner, err := cluster.Client().CoreV1().ConfigMaps(s.Name).Create(s.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "pg"}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	ref := metav1.OwnerReference{APIVersion: "v1", Kind: "ConfigMap", Name: owner.Name, UID: owner.UID, Controller: ptr.To(true)}
	for _, name := range names { // those that were laid out for it
		patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"ownerReferences": []metav1.OwnerReference{ref}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := cluster.Client().CoreV1().PersistentVolumeClaims(s.Name).Patch(s.Context(), name, types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- reconcile(ctx, s, ref, names) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the operator: %v", err)
		}
	})
}

func reconcile(ctx context.Context, s *live.Scene, ref metav1.OwnerReference, names []string) error {
	core := cluster.Client().CoreV1()
	for {
		for _, name := range names {
			claim := s.NewClaim(name)
			claim.OwnerReferences = []metav1.OwnerReference{ref}
			pod := s.NewPod(name, name)
			pod.Labels, pod.OwnerReferences = map[string]string{"app": "pg"}, []metav1.OwnerReference{ref}
			_, claimErr := core.PersistentVolumeClaims(s.Name).Create(ctx, claim, metav1.CreateOptions{})
			_, podErr := core.Pods(s.Name).Create(ctx, pod, metav1.CreateOptions{})
			for _, err := range []error{claimErr, podErr} {
				if err != nil && !apierrors.IsAlreadyExists(err) && ctx.Err() == nil {
					return err
				}
			}
		}
		err := controlplane.WaitForAll(ctx, core.Pods(s.Name), "of the operator", metav1.ListOptions{LabelSelector: "app=pg"}, func(pods []*corev1.Pod) (bool, string) {
			return len(pods) < len(names), "all are there"
		})
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the scene is over
		}
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
	}
}
