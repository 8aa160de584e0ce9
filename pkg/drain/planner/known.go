package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// What a step is told of what was found, so that it notices what has changed since.

// reservation is a volume that is reserved for a claim, with what is known of it.
func (p *planner) reservation(v *corev1.PersistentVolume, claim drain.Object) drain.Reservation {
	return drain.Reservation{Pair: pair(v, claim), Disk: p.othersOnDisk(v), Data: workload.KnownDataOf(v, p.ix.TakenAt)}
}

// othersOnDisk are the other volumes that are the same disk as a volume.
func (p *planner) othersOnDisk(v *corev1.PersistentVolume) []drain.OtherVolume {
	var out []drain.OtherVolume
	for _, other := range p.disks().Sharing(v) {
		o := drain.OtherVolume{Object: drain.VolumeObject(other)}
		if ref := other.Spec.ClaimRef; ref != nil && ref.Namespace != disk.CordonNamespace {
			claim := drain.RefObject(ref)
			o.Claim = &claim
		}
		out = append(out, o)
	}
	return out
}

// knownFinalizers has the deletion of a claim wait if somebody else holds its end who does not now.
func (p *planner) knownFinalizers(s *drain.Step) {
	parameters, ok := s.Parameters.(*drain.DeleteClaimParameters)
	if c := p.ix.Claim(s.Object.Namespace, s.Object.Name); ok && c != nil {
		parameters.Finalizers = slices.Concat(workload.ForeignFinalizers(c))
	}
}
