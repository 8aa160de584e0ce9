package retain

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// Version is the version of what this program records on volumes. Version 1 is what was written before there was an annotation
// for it; it holds the same things under the same names, and is read and finished like version 2.
const Version = "2"

// earlierVersion is nowhere written, and would be understood.
const earlierVersion = "1"

// CheckVersion returns an error that tells a Fact if another version of this program has recorded something on a volume: what it
// means is not known here, so nothing may rest on it, nor be written over it.
func CheckVersion(v *corev1.PersistentVolume) error {
	text, ok := v.Annotations[AnnVersion]
	if !ok {
		return nil
	}
	if text == Version || text == earlierVersion {
		return nil
	}
	return &fact.Error{Reason: fact.New("RecordNewer", "volume", v.Name, "have", text, "want", Version)}
}
