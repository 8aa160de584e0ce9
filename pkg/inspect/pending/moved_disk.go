package pending

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// movedNotes tell of claims whose machine is gone how their data is kept, if the disks are in another now. The fixes can only start without it.
func movedNotes(e evidence.Evidence) []fact.Fact {
	var claims []*corev1.PersistentVolumeClaim
	for _, u := range e.Uses {
		if u.Claim != nil && inspect.FullyBound(u.Claim) {
			claims = append(claims, u.Claim)
		}
	}
	if f := e.Index.KeepsMovedData(claims); !f.IsZero() {
		return []fact.Fact{f}
	}
	return nil
}
