package execute

import (
	"context"
	"encoding/json"
	"maps"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// retainWrite is the patch that records a claim on a volume, if there is one, with more annotations, and policy Retain if that is
// wanted.
func (s *stepRun) retainWrite(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim, retains bool, more map[string]string) (decision, error) {
	add, err := retain.AnnotationsWith(retain.WithNotes(v, more), c, retains)
	if err != nil {
		return decision{}, refused(fact.Of(err))
	}
	maps.Copy(add, more)
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
		_, err := s.Client.CoreV1().PersistentVolumes().Patch(ctx, v.Name, types.MergePatchType, patch, metav1.PatchOptions{FieldManager: fieldManager})
		return err
	}}, nil
}

// withoutStale adds the removal of what was recorded with an earlier claim of the volume.
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
