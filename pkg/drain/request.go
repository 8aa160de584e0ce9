package drain

import (
	"fmt"

	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Target is a claim or a volume as it was named.
type Target struct {
	// Volume tells a volume from a claim, which has a Namespace.
	Volume    bool
	Namespace string
	Name      string
}

// ReleaseRequest asks to let claims go of their volumes.
type ReleaseRequest struct {
	Targets []Target
	// Reserve keeps the volumes for claims of the same namespaces and names.
	Reserve bool
	// Clean leaves the volumes to the external provisioner that owns them, which erases them.
	Clean bool
}

// ReclaimRequest asks to make released volumes usable again.
type ReclaimRequest struct {
	// Volumes are names. With none, Selection says which.
	Volumes []string
	// Selection takes all Released and Failed volumes that pass, and leaves out what cannot be reclaimed.
	Selection *inspect.VolumeFilter
	// KeepData says that whoever gets a volume gets what is on it.
	KeepData bool
	// For is the claim to keep the volume for, nil for any.
	For *types.NamespacedName
	// Wait leaves volumes to the external provisioner that owns them, and waits for it.
	Wait bool
}

// ReattachRequest asks to give a volume back to a claim.
type ReattachRequest struct {
	Volume string
	// Claim is the claim to give it to, nil for the one recorded on the volume.
	Claim *types.NamespacedName
	// Replace deletes the claim that has taken the place, and its Pods.
	Replace bool
}

// MisuseError says that a request makes no sense for this cluster. Nothing was changed.
type MisuseError struct{ Message string }

// Error implements error.
func (e *MisuseError) Error() string { return e.Message }

func Misusef(format string, args ...any) error {
	return &MisuseError{Message: fmt.Sprintf(format, args...)}
}

// NotFoundError says that there is no object of that name.
type NotFoundError struct {
	// Kind is "volume" or "claim".
	Kind      string
	Namespace string
	Name      string
	// Known are the names that there are instead, sorted.
	Known []string
	// Elsewhere are other namespaces with a claim of that name, sorted.
	Elsewhere []string
}

// Error says what does not exist and where it was looked for.
func (e *NotFoundError) Error() string {
	if e.Namespace == "" {
		return fmt.Sprintf("no %s %q in the cluster", e.Kind, e.Name)
	}
	text := fmt.Sprintf("no %s %q in namespace %s", e.Kind, e.Name, e.Namespace)
	if len(e.Elsewhere) > 0 {
		text += fmt.Sprintf("; there is one in %s: give it with -n", e.Elsewhere[0])
	}
	return text
}
