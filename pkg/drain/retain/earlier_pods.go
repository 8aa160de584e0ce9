package retain

import (
	"encoding/json"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// EarlierPods is what AnnEarlierPods holds of a volume once AnnDeletedPod holds something else, or nothing: the manifests that are
// saved there are the only ones, and go over to it. It is empty if there are none. Its errors tell a Fact: what is saved cannot be read,
// so that it could not be kept.
func EarlierPods(v *corev1.PersistentVolume, next string) (string, error) {
	earlier, err := podsIn(v, AnnEarlierPods)
	if err != nil {
		return "", err
	}
	present, err := podsIn(v, AnnDeletedPod)
	if err != nil {
		return "", err
	}
	stays := decodePods(next)
	for _, p := range present {
		if !slices.ContainsFunc(stays, sameAs(p)) {
			earlier = append(slices.DeleteFunc(earlier, sameAs(p)), p)
		}
	}
	if len(earlier) == 0 {
		return "", nil
	}
	return EncodePods(earlier)
}

// sameAs passes Pods whose manifests say the same as that of a Pod.
func sameAs(p *corev1.Pod) func(*corev1.Pod) bool {
	want, _ := json.Marshal(p) // it has been read from JSON
	return func(o *corev1.Pod) bool {
		have, err := json.Marshal(o)
		return err == nil && string(have) == string(want)
	}
}

// podsIn are the Pods in an annotation of a volume, none if it has no such annotation.
func podsIn(v *corev1.PersistentVolume, annotation string) ([]*corev1.Pod, error) {
	text := v.Annotations[annotation]
	if text == "" {
		return nil, nil
	}
	pods := decodePods(text)
	if len(pods) == 0 {
		return nil, &fact.Error{Reason: fact.New("PodRecordUnreadable", "annotation", annotation, "volume", v.Name)}
	}
	return pods, nil
}

// HoldsPods reports whether the manifests of Pods are saved on a volume.
func HoldsPods(v *corev1.PersistentVolume) bool {
	return v.Annotations[AnnDeletedPod] != "" || v.Annotations[AnnEarlierPods] != ""
}
