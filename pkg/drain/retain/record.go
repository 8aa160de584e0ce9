package retain

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// The annotations that the commands keep on volumes.
const (
	// AnnReleasedClaim holds the manifest of the claim that was last released from the volume: JSON, or, if that is
	// large, "gzip:" and its compressed form in base64.
	AnnReleasedClaim = "localpv.dev/released-claim"
	// AnnOriginalPolicy holds the reclaim policy that the volume had before it was set to Retain.
	AnnOriginalPolicy = "localpv.dev/original-reclaim-policy"
	// AnnRecoveredFrom holds the nodes, separated by commas, that were dead when the claim was moved off the volume.
	AnnRecoveredFrom = "localpv.dev/recovered-from"
	// AnnMovedFrom holds the node from which a claim was moved when that was drained.
	AnnMovedFrom = "localpv.dev/moved-from"
	// AnnDeletedPod holds the manifest of the Pod that used the volume and that nobody makes anew, as JSON.
	AnnDeletedPod = "localpv.dev/deleted-pod"
)

const (
	compressedMark = "gzip:"
	// compressFrom is the size in bytes from which a manifest is compressed.
	compressFrom = 8 << 10
	// maxAnnotations is how many bytes the keys and values of an object's annotations may take together
	// (apimachinery/pkg/api/validation: TotalAnnotationSizeLimitB).
	maxAnnotations = 256 << 10
	// maxManifest limits what is unpacked, against annotations that were not written by this program.
	maxManifest = 4 << 20
)

// EncodeClaim is the claim's manifest as it is saved: all of it but the bookkeeping of field managers.
func EncodeClaim(c *corev1.PersistentVolumeClaim) (string, error) {
	full := c.DeepCopy()
	full.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: drain.KindClaim}
	full.ManagedFields = nil
	data, err := json.Marshal(full)
	if err != nil {
		return "", fmt.Errorf("the manifest of claim %s/%s cannot be written: %w", c.Namespace, c.Name, err)
	}
	if len(data) < compressFrom {
		return string(data), nil
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(data) // a bytes.Buffer takes all
	_ = w.Close()
	return compressedMark + base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// MaxPods is how many bytes the manifests of Pods may take on a volume, beside that of the claim.
const MaxPods = 128 << 10

// EncodePods is what is saved of Pods: the manifest of one, or a List of several. kubectl create takes either.
func EncodePods(pods []*corev1.Pod) (string, error) {
	var what any = pods[0]
	if len(pods) > 1 {
		what = map[string]any{"apiVersion": "v1", "kind": "List", "items": pods}
	}
	data, err := json.Marshal(what)
	if err != nil {
		return "", fmt.Errorf("the manifest of Pod %s/%s cannot be written: %w", pods[0].Namespace, pods[0].Name, err)
	}
	return string(data), nil
}

// RecordedPods are the Pods whose manifests are saved on a volume.
func RecordedPods(v *corev1.PersistentVolume) []*corev1.Pod {
	var one struct {
		*corev1.Pod
		Items []*corev1.Pod `json:"items"`
	}
	one.Pod = &corev1.Pod{}
	if json.Unmarshal([]byte(v.Annotations[AnnDeletedPod]), &one) != nil {
		return nil
	}
	if one.Kind == drain.KindPod {
		return []*corev1.Pod{one.Pod}
	}
	return one.Items
}

// RecordedClaim returns the claim whose manifest is saved on a volume, nil if none is.
func RecordedClaim(v *corev1.PersistentVolume) (*corev1.PersistentVolumeClaim, error) {
	text, ok := v.Annotations[AnnReleasedClaim]
	if !ok {
		return nil, nil //nolint:nilnil // that none is saved is an answer
	}
	c, err := decodeClaim(text)
	if err != nil {
		return nil, fmt.Errorf("annotation %s of volume %s cannot be read: %w", AnnReleasedClaim, v.Name, err)
	}
	return c, nil
}

func decodeClaim(text string) (*corev1.PersistentVolumeClaim, error) {
	data := []byte(text)
	if packed, ok := strings.CutPrefix(text, compressedMark); ok {
		r, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(packed)))
		if err != nil {
			return nil, err
		}
		if data, err = io.ReadAll(io.LimitReader(r, maxManifest)); err != nil {
			return nil, err
		}
	}
	c := &corev1.PersistentVolumeClaim{}
	if err := json.Unmarshal(data, c); err != nil {
		return nil, err
	}
	if c.Kind != drain.KindClaim || c.Name == "" || c.Namespace == "" {
		return nil, fmt.Errorf("it is not the manifest of a claim")
	}
	return c, nil
}

// Recorded reports whether the claim's manifest is on the volume as the claim now is. A claim that is being deleted
// changes no more in what matters.
func Recorded(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) bool {
	s, err := RecordedClaim(v)
	return err == nil && s != nil && s.UID == c.UID && (s.ResourceVersion == c.ResourceVersion || c.DeletionTimestamp != nil)
}

// AnnotationsWith are the volume's annotations once the claim is saved on it, and, if keep, the policy recorded.
func AnnotationsWith(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim, keep bool) (map[string]string, error) {
	add := map[string]string{}
	if keep && v.Spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimRetain {
		add[AnnOriginalPolicy] = string(v.Spec.PersistentVolumeReclaimPolicy)
	}
	if c != nil && !Recorded(v, c) {
		text, err := EncodeClaim(c)
		if err != nil {
			return nil, err
		}
		add[AnnReleasedClaim] = text
	}
	total := 0
	for key, value := range v.Annotations {
		if _, replaced := add[key]; !replaced {
			total += len(key) + len(value)
		}
	}
	for key, value := range add {
		total += len(key) + len(value)
	}
	if total > maxAnnotations {
		return nil, fmt.Errorf("the manifest of claim %s/%s is too large to be saved on volume %s: with it, the volume's annotations "+
			"would take %d bytes, and %d are allowed; save it elsewhere, then shorten the claim's annotations", c.Namespace, c.Name, v.Name, total, maxAnnotations)
	}
	return add, nil
}

// WithNotes is a volume with more annotations.
func WithNotes(v *corev1.PersistentVolume, notes map[string]string) *corev1.PersistentVolume {
	if len(notes) == 0 {
		return v
	}
	v = v.DeepCopy()
	for key, value := range notes {
		metav1.SetMetaDataAnnotation(&v.ObjectMeta, key, value)
	}
	return v
}
