package planner

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// freeOthers plans to free other volumes that are kept for the claim, by a recovery that was cut off for example: the claim
// would be bound to one of them as well as to this one.
func (p *reattachPlanner) freeOthers() {
	for _, v := range p.ix.LocalVolumes() {
		ref := v.Spec.ClaimRef
		if v.Name == p.volume.Name || ref == nil || ref.UID != "" || ref.Namespace != p.claim.Namespace || ref.Name != p.claim.Name || v.Status.Phase != corev1.VolumeAvailable {
			continue
		}
		p.step(drain.Step{
			Action: drain.OpenVolume, Object: drain.VolumeObject(v), Title: fmt.Sprintf("free %s, which was kept for claim %s too", p.where(v), p.claim),
			Why:          "so that the claim is not bound to it instead",
			Precondition: drain.Precondition{Volume: drain.VolumeObject(v), Claim: p.claim, Home: p.homeNames(v), Phases: []corev1.PersistentVolumePhase{corev1.VolumeAvailable}},
		})
	}
}
