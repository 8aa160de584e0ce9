package inspect

import (
	corev1 "k8s.io/api/core/v1"
)

// SourceType names the kind of a local volume's source, as in the machine output.
type SourceType string

const (
	// SourceLocal is spec.local.
	SourceLocal SourceType = "local"
	// SourceHostPath is spec.hostPath with required node affinity, or with a record of its Node.
	SourceHostPath SourceType = "hostPath"
	// SourceCSI is spec.csi with required node affinity on a key that tells single Nodes apart.
	SourceCSI SourceType = "csi"
)

// LocalSource reports whether a volume is local, and by which source: its data lives on particular Nodes.
//
//   - spec.local always is (the API server insists on node affinity there);
//   - hostPath is when it has required node affinity, or a record says for which Node it was made;
//   - CSI is when every term of its affinity pins it to a host by a key that is known to tell hosts apart, and it names one host or
//     matches at most one Node; or when its driver, or its affinity by matchFields, says on which Node it made the volume.
func (ix *Index) LocalSource(v *corev1.PersistentVolume) (SourceType, bool) {
	switch {
	case v.Spec.Local != nil:
		return SourceLocal, true
	case v.Spec.HostPath != nil && (!AnyNode(v) || ix.madeFor(v)):
		return SourceHostPath, true
	case v.Spec.CSI != nil && ix.onOneHost(v):
		return SourceCSI, true
	}
	return "", false
}

func (ix *Index) onOneHost(v *corev1.PersistentVolume) bool {
	if AnyNode(v) {
		return false
	}
	if node, _ := byAttributes(v); node != "" || len(fieldNames(v)) > 0 {
		return true
	}
	found := ix.homes[v.Name]
	return found.pinned && (len(found.home.Nodes) <= 1 || len(found.home.Hosts) == 1)
}

// LocalVolumes returns every local volume of the Snapshot, sorted by name.
func (ix *Index) LocalVolumes() []*corev1.PersistentVolume {
	var out []*corev1.PersistentVolume
	for _, v := range ix.sortedVolumes {
		if _, ok := ix.LocalSource(v); ok {
			out = append(out, v)
		}
	}
	return out
}
