package execute

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// retainWrite is the patch that records a claim on a volume, if there is one, with more annotations, and policy Retain if that is
// wanted.
func (s *stepRun) retainWrite(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim, retains bool, more map[string]string) (decision, error) {
	more, err := withEarlierPods(v, c, more)
	if err != nil {
		return decision{}, refused(fact.Of(err))
	}
	stale := staleKeys(v, c, more)
	add, err := retain.AnnotationsWith(withoutKeys(retain.WithNotes(v, more), stale), c, retains)
	if err != nil {
		return decision{}, refused(fact.Of(err))
	}
	maps.Copy(add, more)
	annotations := map[string]any{}
	for key, value := range add {
		annotations[key] = value
	}
	for _, key := range stale {
		annotations[key] = nil // null in a merge patch takes it away
	}
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

// ofEarlierClaim reports whether what is recorded on a volume is of another claim than the one that is to be recorded.
func ofEarlierClaim(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) bool {
	was, err := retain.RecordedClaim(v)
	return c != nil && (err != nil || was != nil && was.UID != c.UID)
}

// withEarlierPods adds the manifests of Pods that would be replaced or removed with what was recorded before: there is no other copy.
func withEarlierPods(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim, more map[string]string) (map[string]string, error) {
	next, replaced := more[retain.AnnDeletedPod]
	if !metav1.HasAnnotation(v.ObjectMeta, retain.AnnDeletedPod) || !replaced && !ofEarlierClaim(v, c) {
		return more, nil
	}
	earlier, err := retain.EarlierPods(v, next)
	if err != nil || earlier == "" {
		return more, err
	}
	out := map[string]string{retain.AnnEarlierPods: earlier}
	maps.Copy(out, more)
	return out, nil
}

// staleKeys are the annotations that were recorded with an earlier claim of the volume, and are to go.
func staleKeys(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim, more map[string]string) []string {
	if !ofEarlierClaim(v, c) {
		return nil
	}
	return slices.DeleteFunc([]string{retain.AnnRecoveredFrom, retain.AnnMovedFrom, retain.AnnDeletedPod}, func(key string) bool {
		_, noted := more[key]
		return noted || !metav1.HasAnnotation(v.ObjectMeta, key)
	})
}

// withoutKeys is a volume without some of its annotations.
func withoutKeys(v *corev1.PersistentVolume, keys []string) *corev1.PersistentVolume {
	if len(keys) == 0 {
		return v
	}
	v = v.DeepCopy()
	for _, key := range keys {
		delete(v.Annotations, key)
	}
	return v
}
