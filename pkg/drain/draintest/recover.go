package draintest

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
)

// RecoveredFrom says that a claim was moved off a volume when a node was dead.
func RecoveredFrom(n string) func(*corev1.PersistentVolume) {
	return Annotated(retain.AnnRecoveredFrom, n)
}
