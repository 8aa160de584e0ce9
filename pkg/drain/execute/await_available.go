package execute

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// awaitAvailable waits until the volume controller has seen that a volume is free. That a claim has it already is fine.
func (s *stepRun) awaitAvailable(ctx context.Context, p *drain.Pair) (decision, error) {
	v, err := s.live.sameVolume(ctx, p.Volume)
	if err != nil {
		return decision{}, err
	}
	switch ref := v.Spec.ClaimRef; {
	case v.Status.Phase == corev1.VolumeBound && ref != nil:
		return doneWith(fact.New("VolumeBoundAlready", "claim", drain.RefObject(ref)))
	case v.Status.Phase == corev1.VolumeAvailable:
		return done()
	}
	return waitFor(fact.New("VolumeStillHasPhase", "volume", v.Name, "phase", v.Status.Phase))
}
