package execute

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// awaitReleased waits until a claim is gone, and the volume controller has seen it.
func (s *stepRun) awaitReleased(ctx context.Context, p *drain.Pair) (decision, error) {
	claim := p.Claim
	c, err := s.live.claim(ctx, claim)
	if err != nil {
		return decision{}, err
	}
	if !gone(c, claim) {
		return s.awaitGone(ctx, c)
	}
	v, err := s.live.sameVolume(ctx, p.Volume)
	if err != nil {
		return decision{}, err
	}
	if v.Status.Phase != corev1.VolumeBound && v.Status.Phase != corev1.VolumeAvailable || v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID != claim.UID {
		return doneWith(fact.New("VolumeHasPhase", "volume", v.Name, "phase", v.Status.Phase))
	}
	return waitFor(fact.New("ClaimGoneVolumeStill", "claim", claim, "volume", v.Name, "phase", v.Status.Phase))
}
