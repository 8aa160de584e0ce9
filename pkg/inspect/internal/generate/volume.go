package generate

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// Nodes makes n Nodes, node-0 and up, whose label values may differ from their names or be shared.
func Nodes(s Source, n int) []*corev1.Node {
	nodes := make([]*corev1.Node, 0, n)
	for i := range n {
		name := fmt.Sprintf("node-%d", i)
		node := inspecttest.Node(name, inspecttest.NodeLabel("zone", pick(s, "a", "b")), inspecttest.NodeLabel("slots", pick(s, "2", "4", "many")))
		if rarely(s, 10) {
			node.Labels[corev1.LabelHostname] = "node-0"
		}
		nodes = append(nodes, node)
	}
	return nodes
}

// Volume makes a local volume for the given Nodes. A claimRef that it may have names one of the claims, an earlier
// one of the same name, or a stranger.
func Volume(s Source, name string, nodes []*corev1.Node, claims []*corev1.PersistentVolumeClaim) *corev1.PersistentVolume {
	v := inspecttest.Volume(name)
	v.Labels, v.Annotations = volumeLabels(s), betaClass(s)
	v.Spec.StorageClassName = volumeClass(s)
	v.Spec.VolumeMode = volumeMode(s)
	v.Spec.AccessModes = volumeAccessModes(s)
	v.Spec.NodeAffinity = affinity(s, nodes)
	v.Spec.ClaimRef = claimRef(s, claims)
	v.Spec.VolumeAttributesClassName = attributesClass(s)
	v.Spec.Capacity = amount(s, "20Gi", "10Gi", "20Gi", "30Gi", "5Gi")
	if rarely(s, 16) {
		inspecttest.Deleting(v)
	}
	if rarely(s, 8) {
		v.Status.Phase = pick(s, corev1.VolumeReleased, corev1.VolumeBound, corev1.VolumeFailed, corev1.VolumePending, "")
	}
	return v
}

func volumeClass(s Source) string {
	switch s.IntN(12) {
	case 11:
		return ""
	case 10:
		return "local-hdd"
	default:
		return inspecttest.Class
	}
}

func volumeAccessModes(s Source) []corev1.PersistentVolumeAccessMode {
	switch s.IntN(8) {
	case 7:
		return nil
	case 6:
		return []corev1.PersistentVolumeAccessMode{corev1.ReadWriteMany, corev1.ReadOnlyMany, corev1.ReadWriteOnce}
	default:
		return []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}
	}
}

func claimRef(s Source, claims []*corev1.PersistentVolumeClaim) *corev1.ObjectReference {
	if !rarely(s, 6) {
		return nil
	}
	c := claims[s.IntN(len(claims))]
	ref := &corev1.ObjectReference{Namespace: c.Namespace, Name: c.Name}
	switch s.IntN(6) {
	case 5:
		ref.Namespace = "elsewhere"
	case 4:
		ref.Name = "stranger"
	case 3:
		ref.UID = types.UID("earlier")
	case 2:
		ref.UID = c.UID
	}
	return ref
}
