package live

import (
	"context"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// spared is an Invariant of every run: a write that takes a Ready member away leaves a majority of its owner's members Ready, and, if
// it does not ask for an eviction, which the server judges, as many Pods as the disruption budgets want.
func (s *Scene) spared(ctx context.Context, w *Request) error {
	if !takes(w) {
		return nil
	}
	list, err := s.client().CoreV1().Pods(s.Name).List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("the Pods cannot be looked at: %w", err)
	}
	for _, p := range taken(w, list.Items) {
		serves, err := s.serves(ctx, p)
		if err != nil {
			return err
		}
		if !serves {
			continue
		}
		if err := s.majority(ctx, p, list.Items); err != nil {
			return err
		}
		if w.Resource == "pods/eviction" {
			continue
		}
		if err := s.budgeted(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// takes reports whether a write may take Pods away.
func takes(w *Request) bool {
	return w.Resource == "pods/eviction" || w.Verb == "delete" && (w.Resource == "pods" || w.Resource == "persistentvolumeclaims")
}

// taken are the Pods that a write takes away: the one that it names, or those that run with the claim that it names.
func taken(w *Request, pods []corev1.Pod) []*corev1.Pod {
	var uid *types.UID
	switch {
	case w.Verb == "delete" && w.Delete != nil && w.Delete.Preconditions != nil:
		uid = w.Delete.Preconditions.UID
	case w.Resource == "pods/eviction":
		if e, ok := w.Object.(*policyv1.Eviction); ok && e.DeleteOptions != nil && e.DeleteOptions.Preconditions != nil {
			uid = e.DeleteOptions.Preconditions.UID
		}
	}
	var out []*corev1.Pod
	for i := range pods {
		p := &pods[i]
		switch {
		case w.Verb == "delete" && w.Resource == "persistentvolumeclaims":
			if Names(p, w.Name) {
				out = append(out, p)
			}
		case w.Verb == "delete" && w.Resource == "pods", w.Resource == "pods/eviction":
			if p.Name == w.Name && ptr.Deref(uid, p.UID) == p.UID {
				out = append(out, p)
			}
		}
	}
	return out
}

// serves reports whether a Pod is Ready, on a Node whose word can be taken for it.
func (s *Scene) serves(ctx context.Context, p *corev1.Pod) (bool, error) {
	if ready, _ := controlplane.PodReady(p); !ready {
		return false, nil
	}
	node, err := s.client().CoreV1().Nodes().Get(ctx, p.Spec.NodeName, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	unknown, _ := controlplane.NodeUnknown(node)
	return !unknown, nil
}

// majority is wrong if fewer than a majority of the members of a Pod's owner serve without it. An owner of one member has none, and of
// what can be replaced by any other Pod nothing is wanted.
func (s *Scene) majority(ctx context.Context, p *corev1.Pod, pods []corev1.Pod) error {
	owner := metav1.GetControllerOf(p)
	if owner == nil || s.witness.known().expendable[owner.Name] {
		return nil
	}
	var others []*corev1.Pod
	for i := range pods {
		if o := metav1.GetControllerOf(&pods[i]); o != nil && o.UID == owner.UID && pods[i].UID != p.UID {
			others = append(others, &pods[i])
		}
	}
	wanted := len(others) + 1
	switch owner.Kind {
	case "ReplicaSet", "DaemonSet", "Job":
		return nil
	case "StatefulSet":
		set, err := s.client().AppsV1().StatefulSets(s.Name).Get(ctx, owner.Name, metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		wanted = members(set)
	}
	serving := 0
	for _, other := range others {
		serves, err := s.serves(ctx, other)
		if err != nil {
			return err
		}
		if serves {
			serving++
		}
	}
	return tooFew(p.Name, owner.Name, serving, wanted)
}

func members(set *appsv1.StatefulSet) int { return int(ptr.Deref(set.Spec.Replicas, 1)) }

// tooFew is wrong if those that serve are no majority of those that are wanted, of which there is more than one.
func tooFew(pod, owner string, serving, wanted int) error {
	if wanted <= 1 || serving > wanted/2 {
		return nil
	}
	return fmt.Errorf("Pod %s is taken away while %d of %d members of %s serve besides it", pod, serving, wanted, owner)
}

// budgeted is wrong if a disruption budget does not let a Pod go now.
func (s *Scene) budgeted(ctx context.Context, p *corev1.Pod) error {
	budgets, err := s.client().PolicyV1().PodDisruptionBudgets(s.Name).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for _, b := range budgets.Items {
		selector, err := metav1.LabelSelectorAsSelector(b.Spec.Selector)
		if err != nil {
			return err
		}
		if selector.Matches(labels.Set(p.Labels)) && b.Status.DisruptionsAllowed < 1 {
			return fmt.Errorf("Pod %s is taken away while disruption budget %s allows none", p.Name, b.Name)
		}
	}
	return nil
}
