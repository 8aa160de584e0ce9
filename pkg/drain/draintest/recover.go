package draintest

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
)

func RecoveredFrom(n string) func(*corev1.PersistentVolume) {
	return Annotated(retain.AnnRecoveredFrom, n)
}
