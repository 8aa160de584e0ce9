package recover

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// invariants knows what may never happen during a recovery.
type invariants struct {
	*scene
	// pending allows members that have nowhere to go, recreated nodes that live and have lost their disks.
	pending, recreated bool

	mu sync.Mutex
	// moved are the claims that have been deleted, by owner.
	moved map[string][]string
}

// rules are those of an ordinary recovery.
func (s *scene) rules() []live.Invariant { return (&invariants{scene: s}).rules() }

func (w *invariants) rules() []live.Invariant {
	w.moved = map[string][]string{}
	return []live.Invariant{w.neverTooEarly, w.oneByOne}
}

// neverTooEarly looks at the cluster right before a claim or a Pod is deleted.
func (w *invariants) neverTooEarly(ctx context.Context, r *live.Request) error {
	switch {
	case r.Verb == "delete" && r.Resource == "persistentvolumeclaims":
		return w.claimMayGo(ctx, r)
	case r.Verb == "delete" && r.Resource == "pods":
		p, err := lab.Client().CoreV1().Pods(r.Namespace).Get(ctx, r.Name, metav1.GetOptions{})
		if err != nil || p.Spec.NodeName == "" {
			return ignoreNotFound(err)
		}
		return w.silent(ctx, p.Spec.NodeName)
	case r.Verb == "delete" && r.Resource == "persistentvolumes":
		v, err := lab.Client().CoreV1().PersistentVolumes().Get(ctx, r.Name, metav1.GetOptions{})
		if err != nil {
			return ignoreNotFound(err)
		}
		if v.Status.Phase == corev1.VolumeBound {
			return fmt.Errorf("volume %s is Bound", v.Name)
		}
	}
	return nil
}

func ignoreNotFound(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

func (w *invariants) claimMayGo(ctx context.Context, r *live.Request) error {
	c, err := lab.Client().CoreV1().PersistentVolumeClaims(r.Namespace).Get(ctx, r.Name, metav1.GetOptions{})
	if err != nil || *r.Delete.Preconditions.UID != c.UID {
		return ignoreNotFound(err) // it will be refused
	}
	v, err := lab.Client().CoreV1().PersistentVolumes().Get(ctx, c.Spec.VolumeName, metav1.GetOptions{})
	if err != nil {
		return err
	}
	saved, err := retain.RecordedClaim(v)
	switch {
	case err != nil:
		return err
	case v.Spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimRetain:
		return fmt.Errorf("volume %s of claim %s has policy %s", v.Name, c.Name, v.Spec.PersistentVolumeReclaimPolicy)
	case saved == nil || saved.UID != c.UID:
		return fmt.Errorf("the manifest of claim %s is not on volume %s", c.Name, v.Name)
	}
	if err := w.silent(ctx, homeOf(v)); err != nil {
		return err
	}
	if err := w.unused(ctx, c); err != nil {
		return err
	}
	return w.hasPlace(ctx, c)
}

// homeOf is the node that a volume of a scene is on.
func homeOf(v *corev1.PersistentVolume) string {
	return v.Spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0].Values[0]
}

// silent wants a node to be gone, or not Ready and without a kubelet that lives.
func (w *invariants) silent(ctx context.Context, node string) error {
	n, err := lab.Client().CoreV1().Nodes().Get(ctx, node, metav1.GetOptions{})
	if err != nil || w.recreated {
		return ignoreNotFound(err)
	}
	if met, state := controlplane.NodeReady(n); met {
		return fmt.Errorf("node %s is Ready: %s", node, state)
	}
	if _, alive := n.Labels[controlplane.KubeletLabel]; alive {
		return fmt.Errorf("the kubelet of node %s lives", node)
	}
	return nil
}

// unused wants that no Pod with a node names the claim.
func (w *invariants) unused(ctx context.Context, c *corev1.PersistentVolumeClaim) error {
	pods, err := lab.Client().CoreV1().Pods(c.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for i := range pods.Items {
		p := &pods.Items[i]
		if p.Spec.NodeName != "" && names(p, c.Name) {
			return fmt.Errorf("claim %s is deleted while Pod %s is on %s", c.Name, p.Name, p.Spec.NodeName)
		}
	}
	return nil
}

func names(p *corev1.Pod, claim string) bool {
	return slices.ContainsFunc(p.Spec.Volumes, func(v corev1.Volume) bool {
		return v.PersistentVolumeClaim != nil && v.PersistentVolumeClaim.ClaimName == claim
	})
}

// hasPlace wants a volume that is kept for the claim, on a node that lives.
func (w *invariants) hasPlace(ctx context.Context, c *corev1.PersistentVolumeClaim) error {
	if w.pending {
		return nil
	}
	volumes, err := lab.Client().CoreV1().PersistentVolumes().List(ctx, metav1.ListOptions{LabelSelector: ownNodes + "=" + w.Name})
	if err != nil {
		return err
	}
	for i := range volumes.Items {
		v := &volumes.Items[i]
		ref := v.Spec.ClaimRef
		if ref == nil || ref.Namespace != c.Namespace || ref.Name != c.Name || ref.UID != "" || v.Status.Phase != corev1.VolumeAvailable {
			continue
		}
		n, err := lab.Client().CoreV1().Nodes().Get(ctx, homeOf(v), metav1.GetOptions{})
		if err != nil {
			return fmt.Errorf("volume %s is kept for claim %s on a node that is not there: %w", v.Name, c.Name, err)
		}
		if met, state := controlplane.NodeReady(n); !met {
			return fmt.Errorf("volume %s is kept for claim %s on node %s: %s", v.Name, c.Name, n.Name, state)
		}
		return nil
	}
	return fmt.Errorf("claim %s is deleted, and no volume is kept for it", c.Name)
}

// oneByOne wants that members of one StatefulSet of which claims have been deleted are Ready before a claim of another is.
func (w *invariants) oneByOne(ctx context.Context, r *live.Request) error {
	if r.Verb != "delete" || r.Resource != "persistentvolumeclaims" {
		return nil
	}
	parts := strings.Split(r.Name, "-") // data-db-1
	if len(parts) < 3 {
		return nil
	}
	set, member := parts[len(parts)-2], strings.Join(parts[len(parts)-2:], "-")
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, earlier := range w.moved[set] {
		if earlier == member {
			continue
		}
		p, err := lab.Client().CoreV1().Pods(r.Namespace).Get(ctx, earlier, metav1.GetOptions{})
		if err != nil {
			return fmt.Errorf("member %s is touched while %s is not back: %w", member, earlier, err)
		}
		if met, state := controlplane.PodReady(p); !met {
			return fmt.Errorf("member %s is touched while %s is %s", member, earlier, state)
		}
	}
	w.moved[set] = append(w.moved[set], member)
	return nil
}
