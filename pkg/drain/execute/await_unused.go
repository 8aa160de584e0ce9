package execute

import (
	"context"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// awaitUnused waits until no Pod with a node holds one of the claims, and judges what waits for them.
func (s *stepRun) awaitUnused(ctx context.Context, p *drain.AwaitUnusedParameters) (decision, error) {
	pods, err := s.live.podsIn(ctx, p.Claim.Namespace, namesOneOf(p.Claims))
	if err != nil {
		return decision{}, err
	}
	if held := workload.Placed(pods); len(held) > 0 {
		return waitFor(fact.New("ClaimHeldByPods", "claim", p.Claim, "pods", workload.PodList(held, workload.DirectOwner)))
	}
	if p.Replacement && len(pods) == 0 {
		return waitFor(fact.New("NoReplacementPodYet", "claim", p.Claim))
	}
	if err := asJudged(p.Judged, pods); err != nil {
		return decision{}, err
	}
	return done()
}
