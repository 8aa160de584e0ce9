package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// releasable is a volume and the claim that has it. The claim is nil if it is gone.
type releasable struct {
	volume *corev1.PersistentVolume
	claim  *corev1.PersistentVolumeClaim
}

type releasePlanner struct {
	planner
	req drain.ReleaseRequest
}
