package execute

import (
	"context"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// awaitUnused waits until no Pod with a node holds one of the claims, and judges what waits for them. Pods hold none of them once these are
// gone: of claims that were being deleted already, others may have the names before anybody looks, and Pods that run with those.
func (s *stepRun) awaitUnused(ctx context.Context, p *drain.AwaitUnusedParameters) (decision, error) {
	pods, err := s.live.podsIn(ctx, p.Claim.Namespace, namesOneOf(p.Claims))
	if err != nil {
		return decision{}, err
	}
	if held := workload.Placed(pods); len(held) > 0 {
		if ended, err := s.allGone(ctx, p.Claims); err != nil || ended {
			return decision{done: ended}, err
		}
		return waitFor(fact.New("ClaimHeldByPods", "claim", p.Claim, "pods", workload.PodList(held, workload.DirectOwner)))
	}
	if p.Replacement && len(pods) == 0 {
		return waitFor(s.explained(ctx, fact.New("NoReplacementPodYet", "claim", p.Claim), p.Claims, s.step.Object.Name))
	}
	if err := asJudged(p.Judged, pods); err != nil {
		return decision{}, err
	}
	return done()
}

// allGone reports whether none of some claims exists any more, whoever has their names now.
func (s *stepRun) allGone(ctx context.Context, claims []drain.Object) (bool, error) {
	for _, o := range claims {
		c, err := s.live.claim(ctx, o)
		if err != nil || !gone(c, o) {
			return false, err
		}
	}
	return true, nil
}
