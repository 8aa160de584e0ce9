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
	// held are the claims that are being deleted and that Pods hold: their data is kept, and they go when the Pods do.
	held []goingClaim
}

// goingClaim is a claim that is being deleted, with its volume and the Pods that hold it.
type goingClaim struct {
	releasable
	pods []*corev1.Pod
}
