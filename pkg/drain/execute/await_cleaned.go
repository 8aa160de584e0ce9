package execute

import (
	"context"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// awaitCleaned waits for the end of the volume object, or for one that was recreated. The claim goes first.
func (s *stepRun) awaitCleaned(ctx context.Context, p *drain.Pair) (decision, error) {
	v, err := s.live.volume(ctx, p.Volume)
	if err != nil {
		return decision{}, err
	}
	claim := p.Claim
	switch {
	case v == nil:
		return doneWith(fact.New("VolumeGoneForCleaning", "volume", s.step.Object.Name))
	case v.UID != p.Volume.UID:
		return doneWith(fact.New("VolumeRecreatedByCleaner", "volume", v.Name, "phase", v.Status.Phase))
	case v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID != claim.UID:
		return refuse(fact.New("VolumeTakenUncleaned", "volume", v.Name, "claim", claim))
	}
	c, err := s.live.claim(ctx, claim)
	if err != nil {
		return decision{}, err
	}
	if !gone(c, claim) {
		return s.awaitGone(ctx, c)
	}
	if v.DeletionTimestamp != nil {
		return waitFor(fact.New("TerminatingVolumeNotCleanedYet", "volume", v.Name, "phase", v.Status.Phase, "provisioner", workload.ExternalCleaner(v)))
	}
	return waitFor(fact.New("VolumeNotCleanedYet", "volume", v.Name, "phase", v.Status.Phase, "provisioner", workload.ExternalCleaner(v)))
}
