package planner

import (
	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// namesInVain reports whether a claim names another volume that is not there, or is another claim's: it is Lost, or waits for ever, and the
// data that an earlier claim of its name left on a volume is what it needs. Of one that a Pod runs with, or whose volume could not be read,
// that is not known.
func (p *planner) namesInVain(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) bool {
	if c == nil || c.DeletionTimestamp != nil || c.Spec.VolumeName == "" || c.Spec.VolumeName == v.Name {
		return false
	}
	if _, unread := p.ix.Gap(inspect.PersistentVolumes); unread || len(workload.Placed(p.ix.Consumers(c.Namespace, c.Name))) > 0 {
		return false
	}
	other := p.ix.Volume(c.Spec.VolumeName)
	return other == nil || other.Spec.ClaimRef != nil && !volumehelpers.IsVolumeBoundToClaim(other, c)
}

// withoutClaim are the commands that delete a claim without a volume, and give its next one a volume with its data.
func (*planner) withoutClaim(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) []fact.Command {
	return []fact.Command{fact.Kubectl("delete", "pvc", c.Name).In(c.Namespace), fact.Plugin("reattach", v.Name)}
}
