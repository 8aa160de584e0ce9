package disk

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

const (
	// AnnVersion holds the version of what is recorded on the volume: see Version. Volumes of before v1alpha2 have none.
	AnnVersion = "localpv.dev/record-version"
	// Version is the version of what this program records on volumes. Version 1 is what was written before there was an annotation
	// for it; it holds the same things under the same names, and is read and finished like version 2.
	Version = "2"
)

// RecordVersion is the version of what is recorded on a volume, empty if nothing says it, and whether it is understood here. Of another
// one it is not known what it means, so nothing may rest on it, nor be written over it.
func RecordVersion(v *corev1.PersistentVolume) (version string, understood bool) {
	version, said := v.Annotations[AnnVersion]
	return version, !said || slices.Contains([]string{"1", Version}, version)
}
