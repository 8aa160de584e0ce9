package workload

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// KnownDataOf is what is known of the data on a volume now and, if that is Available, since when.
func KnownDataOf(v *corev1.PersistentVolume, now time.Time) *drain.KnownData {
	known := &drain.KnownData{}
	switch data := disk.DataOf(v, now); data.State {
	case disk.Wiped:
		known.Wiped = true
	case disk.Known:
		known.Claim = &drain.Object{Kind: drain.KindClaim, Namespace: data.Claim.Namespace, Name: data.Claim.Name, UID: data.Claim.UID}
	case disk.Unknown:
	}
	if v.Status.Phase == corev1.VolumeAvailable {
		known.FreeSince = v.Status.LastPhaseTransitionTime
	}
	return known
}
