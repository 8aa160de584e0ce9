package execute

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
)

// keep sets policy Retain and saves the claim's manifest in one merge patch. It carries the resourceVersion, since
// what is kept of the annotations depends on all of them.
func (r *run) keep(ctx context.Context, s drain.Step) (decision, error) {
	v, err := r.live.sameVolume(ctx, s.Precondition.Volume)
	if err != nil {
		return decision{}, err
	}
	retains := s.Action == drain.RetainVolume
	if s.Precondition.Claim.Name == "" {
		return r.keepOnly(v, s)
	}
	c, err := r.live.claim(ctx, s.Precondition.Claim)
	if err != nil {
		return decision{}, err
	}
	claim := s.Precondition.Claim
	switch {
	case gone(c, claim):
		if was, err := retain.RecordedClaim(v); err == nil && was != nil && was.UID == claim.UID && (!retains || retain.Retained(v)) {
			return doneWith("")
		}
		return refuse("claim %s has been deleted by somebody else since this was planned; volume %s is %s, policy %s", claim, v.Name, v.Status.Phase, v.Spec.PersistentVolumeReclaimPolicy)
	case v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID != c.UID:
		return refuse("volume %s does not belong to claim %s any more", v.Name, claim)
	case retain.Recorded(v, c) && (!retains || retain.Retained(v)) && retain.HasAnnotations(v, s.Precondition.Notes):
		return doneWith("")
	case v.DeletionTimestamp != nil:
		return refuse("volume %s is being deleted since this was planned", v.Name)
	}
	if s.Precondition.Unused {
		if err := r.unused(ctx, claim); err != nil {
			return decision{}, err
		}
	}
	return r.keepWrite(v, c, retains, s.Precondition.Notes)
}

// keepOnly sets the policy of a volume whose claim is gone.
func (r *run) keepOnly(v *corev1.PersistentVolume, s drain.Step) (decision, error) {
	if retain.Retained(v) {
		return doneWith("")
	}
	if !hasPhase(v, s.Precondition.Phases) {
		return refuse("volume %s is %s by now", v.Name, v.Status.Phase)
	}
	return r.keepWrite(v, nil, true, nil)
}

func hasPhase(v *corev1.PersistentVolume, phases []corev1.PersistentVolumePhase) bool {
	return len(phases) == 0 || slices.Contains(phases, v.Status.Phase)
}

func (r *run) keepWrite(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim, retains bool, notes map[string]string) (decision, error) {
	add, err := retain.AnnotationsWith(retain.WithNotes(v, notes), c, retains)
	if err != nil {
		return decision{}, &refusedError{message: err.Error()}
	}
	maps.Copy(add, notes)
	annotations := withoutStale(v, c, add)
	body := map[string]any{"metadata": map[string]any{"resourceVersion": v.ResourceVersion, "annotations": annotations}}
	if retains {
		body["spec"] = map[string]any{"persistentVolumeReclaimPolicy": corev1.PersistentVolumeReclaimRetain}
	}
	patch, err := json.Marshal(body)
	if err != nil {
		return decision{}, err
	}
	return decision{write: func(ctx context.Context) error {
		_, err := r.Client.CoreV1().PersistentVolumes().Patch(ctx, v.Name, types.MergePatchType, patch, metav1.PatchOptions{FieldManager: fieldManager})
		return err
	}}, nil
}

// withoutStale adds the removal of what was noted about an earlier claim of the volume.
func withoutStale(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim, add map[string]string) map[string]any {
	out := make(map[string]any, len(add))
	for key, value := range add {
		out[key] = value
	}
	if was, err := retain.RecordedClaim(v); c == nil || err == nil && (was == nil || was.UID == c.UID) {
		return out
	}
	for _, key := range []string{retain.AnnRecoveredFrom, retain.AnnMovedFrom, retain.AnnDeletedPod} {
		if _, noted := add[key]; !noted && metav1.HasAnnotation(v.ObjectMeta, key) {
			out[key] = nil // null in a merge patch takes it away
		}
	}
	return out
}

// fieldManager is how this program's writes are marked.
const fieldManager = "kubectl-localpv"
