package retain

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// Version is the version of what this program records on volumes.
const Version = disk.Version

// CheckVersion returns an error that tells a Fact if another version of this program has recorded something on a volume: what it
// means is not known here, so nothing may rest on it, nor be written over it.
func CheckVersion(v *corev1.PersistentVolume) error {
	version, understood := disk.RecordVersion(v)
	if understood {
		return nil
	}
	return &fact.Error{Reason: fact.New("RecordNewer", "volume", v.Name, "have", version, "want", Version)}
}
