package inspect

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// SourceType names the kind of a local volume's source, as in the machine output.
type SourceType string

const (
	// SourceLocal is spec.local.
	SourceLocal SourceType = "local"
	// SourceHostPath is spec.hostPath with required node affinity.
	SourceHostPath SourceType = "hostPath"
	// SourceCSI is spec.csi with required node affinity on a key that tells single Nodes apart.
	SourceCSI SourceType = "csi"
)

// LocalSource reports whether a volume is local, and by which source: its data lives on particular Nodes.
//
//   - spec.local always is (the API server insists on node affinity there);
//   - hostPath is when it has required node affinity;
//   - CSI is when every term of its affinity pins a host by a key other than the well-known zone and region
//     keys, and the affinity matches at most one Node.
func (ix *Index) LocalSource(v *corev1.PersistentVolume) (SourceType, bool) {
	switch {
	case v.Spec.Local != nil:
		return SourceLocal, true
	case v.Spec.HostPath != nil && !AnyNode(v):
		return SourceHostPath, true
	case v.Spec.CSI != nil && ix.pinnedToOneNode(v):
		return SourceCSI, true
	}
	return "", false
}

func (ix *Index) pinnedToOneNode(v *corev1.PersistentVolume) bool {
	all := terms(v)
	if len(all) == 0 || slices.ContainsFunc(all, func(t corev1.NodeSelectorTerm) bool { _, ok := hostPin(t); return !ok }) {
		return false
	}
	return len(ix.HomeOf(v).Nodes) <= 1
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
