// Package retain is what the commands keep on a volume so that nothing is lost when its claim goes: the reclaim policy Retain, and
// in annotations the manifests of the claim and of Pods that no controller recreates.
package retain

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// The annotations that the commands keep on volumes.
const (
	// AnnReleasedClaim holds the manifest of the claim that was last released from the volume: JSON, or, if that is
	// large, "gzip:" and its compressed form in base64.
	AnnReleasedClaim = disk.AnnReleasedClaim
	// AnnWiped says that what was on the disk has been erased, and AnnCordoned, whose value is the reason, that the volume is to be
	// given to nobody. Both are written by hand or by other programs, and obeyed.
	AnnWiped    = disk.AnnWiped
	AnnCordoned = disk.AnnCordoned
	// AnnDataOf says which claim had the volume last, once its claimRef is gone.
	AnnDataOf = disk.AnnDataOf
	// AnnOriginalPolicy holds the reclaim policy that the volume had before it was set to Retain.
	AnnOriginalPolicy = "localpv.dev/original-reclaim-policy"
	// AnnRecoveredFrom holds the nodes, separated by commas, that were dead when the claim was moved off the volume.
	AnnRecoveredFrom = "localpv.dev/recovered-from"
	// AnnMovedFrom holds the node from which a claim was moved when that was drained.
	AnnMovedFrom = "localpv.dev/moved-from"
	// AnnDeletedPod holds the manifest of the Pod that used the volume and that no controller recreates, as JSON.
	AnnDeletedPod = "localpv.dev/deleted-pod"
	// AnnEarlierPods holds the manifests of Pods like AnnDeletedPod, which used the volume with earlier claims.
	AnnEarlierPods = "localpv.dev/earlier-deleted-pods"
	// AnnVersion holds the version of what is recorded on the volume: see Version. Volumes of before v1alpha2 have none.
	AnnVersion = disk.AnnVersion
)

const (
	// compressFrom is the size in bytes from which a manifest is compressed.
	compressFrom = 8 << 10
	// maxAnnotations is how many bytes the keys and values of an object's annotations may take together
	// (apimachinery/pkg/api/validation: TotalAnnotationSizeLimitB).
	maxAnnotations = 256 << 10
)

// EncodeClaim is the claim's manifest as it is recorded: all of it but the bookkeeping of field managers.
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
	return inspect.CompressedMark + base64.StdEncoding.EncodeToString(b.Bytes()), nil
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
	return decodePods(v.Annotations[AnnDeletedPod])
}

// decodePods are the Pods of what EncodePods wrote, none if it cannot be read.
func decodePods(text string) []*corev1.Pod {
	var one struct {
		*corev1.Pod
		Items []*corev1.Pod `json:"items"`
	}
	one.Pod = &corev1.Pod{}
	if json.Unmarshal([]byte(text), &one) != nil {
		return nil
	}
	if one.Kind == drain.KindPod {
		return []*corev1.Pod{one.Pod}
	}
	return one.Items
}

// RecordedClaim returns the claim whose manifest is recorded on a volume, nil if none is. Its errors tell a Fact: the annotation
// cannot be read, a newer version of this program has written it, or it has the UID of the claim that the volume belongs to and another
// name, which no version of this program writes.
func RecordedClaim(v *corev1.PersistentVolume) (*corev1.PersistentVolumeClaim, error) {
	text, ok := v.Annotations[AnnReleasedClaim]
	if !ok {
		return nil, nil //nolint:nilnil // that none is recorded is an answer
	}
	if err := CheckVersion(v); err != nil {
		return nil, err
	}
	c, err := inspect.DecodeClaim(text)
	if err != nil {
		return nil, &fact.Error{Reason: fact.New("RecordUnreadable", "annotation", AnnReleasedClaim, "volume", v.Name, "why", err.Error())}
	}
	if ref := v.Spec.ClaimRef; ref != nil && ref.UID != "" && ref.UID == c.UID && (ref.Namespace != c.Namespace || ref.Name != c.Name) {
		return nil, &fact.Error{Reason: fact.New("RecordOfAnother", "volume", v.Name, "have", c.Namespace+"/"+c.Name, "want", ref.Namespace+"/"+ref.Name)}
	}
	return c, nil
}

// Recorded reports whether the claim's manifest is on the volume as the claim is now. A claim that is being deleted
// changes no more in what matters.
func Recorded(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) bool {
	s, err := RecordedClaim(v)
	return err == nil && s != nil && s.UID == c.UID && s.Namespace == c.Namespace && s.Name == c.Name && (s.ResourceVersion == c.ResourceVersion || c.DeletionTimestamp != nil)
}

// AnnotationsWith are the annotations that a volume gets when the claim is recorded on it, and, if keep, the policy. Its errors tell a
// Fact: there is no room, or another version of this program has recorded something on the volume.
func AnnotationsWith(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim, keep bool) (map[string]string, error) {
	if err := CheckVersion(v); err != nil {
		return nil, err
	}
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
		for _, before := range []string{AnnWiped, AnnDataOf} {
			if _, noted := v.Annotations[before]; noted {
				add[before] = disk.Written
			}
		}
	}
	if len(add) > 0 {
		add[AnnVersion] = Version
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
	switch {
	case total > maxAnnotations && c == nil:
		return nil, &fact.Error{Reason: fact.New("AnnotationsTooLarge", "volume", v.Name, "have", total, "want", maxAnnotations)}
	case total > maxAnnotations:
		return nil, &fact.Error{Reason: fact.New("ManifestTooLarge", "claim", c.Namespace+"/"+c.Name, "volume", v.Name, "have", total, "want", maxAnnotations)}
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

// HasAnnotations reports whether a volume has all of some annotations.
func HasAnnotations(v *corev1.PersistentVolume, want map[string]string) bool {
	for key, value := range want {
		if v.Annotations[key] != value {
			return false
		}
	}
	return true
}

// Retained reports whether a volume has reclaim policy Retain.
func Retained(v *corev1.PersistentVolume) bool {
	return v.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimRetain
}
