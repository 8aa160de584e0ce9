package planner

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// refusedDisk refuses a volume that may not be given away, if it would be. What a provisioner erases is not for this command to
// refuse.
func (p *reclaimPlanner) refusedDisk(v *corev1.PersistentVolume) *drain.Blocker {
	phase := v.Status.Phase
	if p.req.Wait || phase == corev1.VolumeBound {
		return nil
	}
	if reason, cordoned := disk.Cordoned(v); cordoned {
		return &drain.Blocker{Code: drain.BlockedCordoned, Reason: volumeCordoned(v, reason)}
	}
	if phase == corev1.VolumeAvailable && p.req.For == nil && !p.pointless(v) {
		return nil // any claim can be bound to it already
	}
	gets := types.NamespacedName{}
	if p.req.For != nil {
		gets = *p.req.For
	}
	return p.notGivable(v, gets)
}
