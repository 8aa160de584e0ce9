package execute

import (
	"context"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// awaitUnused waits until no Pod with a node holds one of the claims.
func (s *stepRun) awaitUnused(ctx context.Context, p *drain.AwaitUnusedParameters) (decision, error) {
	pods, err := s.live.podsIn(ctx, p.Claim.Namespace, namesOneOf(p.Claims))
	if err != nil {
		return decision{}, err
	}
	if held := workload.Placed(pods); len(held) > 0 {
		return waitFor(fact.New("ClaimHeldByPods", "claim", p.Claim, "pods", workload.PodList(held, workload.DirectOwner)))
	}
	if p.Replacement && len(pods) == 0 {
		return waitFor(s.explained(ctx, fact.New("NoReplacementPodYet", "claim", p.Claim), p.Claims, s.step.Object.Name))
	}
	return done()
}
