package execute

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// awaitBound waits until a claim is bound to the volume that is reserved for it.
func (s *stepRun) awaitBound(ctx context.Context, p *drain.Pair) (decision, error) {
	claim := s.step.Object
	c, err := s.live.claim(ctx, claim)
	if err != nil {
		return decision{}, err
	}
	v, err := s.live.sameVolume(ctx, p.Volume)
	if err != nil {
		return decision{}, err
	}
	ref := v.Spec.ClaimRef
	if ref == nil || ref.Namespace != claim.Namespace || ref.Name != claim.Name {
		return refuse(fact.New("VolumeNotReserved", "volume", v.Name, "claim", claim))
	}
	if c != nil {
		if err := s.mayBeBound(ctx, c); err != nil {
			return decision{}, err
		}
	}
	switch {
	case c == nil:
		return waitFor(fact.New("ClaimNotThereYet", "claim", claim))
	case c.DeletionTimestamp != nil:
		return s.awaitGone(ctx, c)
	case c.Spec.VolumeName != "" && c.Spec.VolumeName != v.Name:
		return refuse(fact.New("ClaimBoundInstead", "claim", claim, "have", c.Spec.VolumeName, "want", v.Name))
	case inspect.FullyBound(c) && ref.UID == c.UID && v.Status.Phase == corev1.VolumeBound && c.Status.Phase != corev1.ClaimLost:
		return done()
	}
	return waitFor(fact.New("ClaimAndVolumeHavePhases", "claim", claim, "claimPhase", workload.ClaimPhase(c), "volume", v.Name, "volumePhase", v.Status.Phase))
}
