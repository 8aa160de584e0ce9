package drain

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// rules are what a drain must never do, looked at right before each of its writes.
func rules(s *live.Scene, nowhere, clean bool) []live.Invariant {
	w := invariants{s: s, nowhere: nowhere, clean: clean}
	return []live.Invariant{w.eviction, w.deletion, w.nothingElse}
}

type invariants struct {
	s *live.Scene
	// nowhere allows members to be moved to nowhere, and clean volumes to be erased.
	nowhere, clean bool
}

// eviction: of a Pod by UID, on a cordoned node; if it has a claim that moves, its volume is kept and its next place
// reserved, and all other members of its set run.
func (w invariants) eviction(ctx context.Context, r *live.Request) error {
	if r.Verb != "create" || r.Resource != "pods/eviction" {
		return nil
	}
	e, ok := r.Object.(*policyv1.Eviction)
	if !ok || e.DeleteOptions == nil || e.DeleteOptions.Preconditions == nil || e.DeleteOptions.Preconditions.UID == nil {
		return fmt.Errorf("it evicts whatever Pod has that name: no UID is given")
	}
	node, err := cluster.Client().CoreV1().Nodes().Get(ctx, w.s.VolumeName(old), metav1.GetOptions{})
	if err != nil {
		return err
	}
	if !node.Spec.Unschedulable {
		return fmt.Errorf("the node is not cordoned yet, so the Pod would come back")
	}
	pods, err := cluster.Client().CoreV1().Pods(w.s.Name).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	i := slices.IndexFunc(pods.Items, func(p corev1.Pod) bool { return p.Name == r.Name })
	if i < 0 || pods.Items[i].UID != *e.DeleteOptions.Preconditions.UID {
		return nil // the server will refuse
	}
	owner := metav1.GetControllerOf(&pods.Items[i])
	if owner == nil || owner.Kind != "StatefulSet" {
		return nil
	}
	moves, err := w.moves(ctx, &pods.Items[i])
	if err != nil || !moves {
		return err
	}
	for _, p := range pods.Items {
		if o := metav1.GetControllerOf(&p); o == nil || o.UID != owner.UID || p.UID == pods.Items[i].UID {
			continue
		}
		if ready, state := controlplane.PodReady(&p); !ready {
			return fmt.Errorf("%s is evicted while %s is %s", r.Name, p.Name, state)
		}
	}
	return nil
}

// moves reports whether a Pod has a claim that this run moves, and is wrong if the claim's next place is not reserved.
func (w invariants) moves(ctx context.Context, p *corev1.Pod) (bool, error) {
	volumes, err := w.s.ListVolumes(ctx)
	if err != nil {
		return false, err
	}
	moves := false
	for _, v := range volumes {
		if v.Annotations[retain.AnnMovedFrom] == "" || v.Spec.ClaimRef == nil || v.Status.Phase != corev1.VolumeBound {
			continue
		}
		if live.Names(p, v.Spec.ClaimRef.Name) {
			moves = true
			if !w.nowhere && w.s.Reserved(volumes, v.Spec.ClaimRef.Name) == nil {
				return true, fmt.Errorf("Pod %s is evicted before a place is reserved for its claim %s", p.Name, v.Spec.ClaimRef.Name)
			}
		}
	}
	return moves, nil
}

// deletion: of a claim by UID and version, that no Pod with a node names, whose volume is kept with exactly that version,
// and for which a place is reserved.
func (w invariants) deletion(ctx context.Context, r *live.Request) error {
	if r.Verb != "delete" || r.Resource != "persistentvolumeclaims" {
		return nil
	}
	if r.Delete == nil || r.Delete.Preconditions == nil || r.Delete.Preconditions.UID == nil || r.Delete.Preconditions.ResourceVersion == nil {
		return fmt.Errorf("it deletes whatever has become of the claim")
	}
	if err := w.s.Unused(ctx, r.Name); err != nil {
		return err
	}
	volumes, err := w.s.ListVolumes(ctx)
	if err != nil {
		return err
	}
	if !w.nowhere && w.s.Reserved(volumes, r.Name) == nil {
		return fmt.Errorf("no place is reserved for claim %s", r.Name)
	}
	for i := range volumes {
		v := &volumes[i]
		if v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID != *r.Delete.Preconditions.UID {
			continue
		}
		saved, err := retain.RecordedClaim(v)
		if err != nil {
			return err
		}
		if saved == nil || saved.ResourceVersion != *r.Delete.Preconditions.ResourceVersion {
			return fmt.Errorf("claim %s is deleted in a version that is not on volume %s", r.Name, v.Name)
		}
		if !w.clean && v.Spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimRetain {
			return fmt.Errorf("claim %s is deleted while volume %s has policy %s", r.Name, v.Name, v.Spec.PersistentVolumeReclaimPolicy)
		}
	}
	return nil
}

// nothingElse wants only the writes that a drain is made of, and Pods to be deleted only if they have no node.
func (w invariants) nothingElse(ctx context.Context, r *live.Request) error {
	switch r.Verb + " " + r.Resource {
	case "patch nodes", "patch persistentvolumes", "create pods/eviction", "delete persistentvolumeclaims", "create persistentvolumeclaims", "create events":
		return nil
	case "delete pods":
		p, err := cluster.Client().CoreV1().Pods(w.s.Name).Get(ctx, r.Name, metav1.GetOptions{})
		if err == nil && p.Spec.NodeName != "" {
			return fmt.Errorf("it deletes a Pod on %s in place of evicting it", p.Spec.NodeName)
		}
		return nil
	}
	return fmt.Errorf("a drain has no business with that")
}
