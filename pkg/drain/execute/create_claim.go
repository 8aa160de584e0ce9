package execute

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// createClaim creates the claim as it is recorded on the volume. That somebody else does so first is fine.
func (s *stepRun) createClaim(ctx context.Context, p *drain.Pair) (decision, error) {
	c, err := s.live.claim(ctx, s.step.Object)
	if err != nil {
		return decision{}, err
	}
	was := p.Claim
	switch {
	case c != nil && c.DeletionTimestamp != nil:
		return s.awaitGone(ctx, c)
	case c != nil && was.UID != "" && c.UID == was.UID:
		return refuse(fact.New("ClaimNotDeleted", "claim", s.step.Object))
	case c != nil:
		return decision{done: true}, s.mayBeBound(ctx, c)
	}
	return s.createRecorded(ctx, s.step.Object, p.Volume)
}

// createRecorded creates a claim that does not exist as it is recorded on a volume.
func (s *stepRun) createRecorded(ctx context.Context, claim, volume drain.Object) (decision, error) {
	v, err := s.live.sameVolume(ctx, volume)
	if err != nil {
		return decision{}, err
	}
	manifest, err := retain.RecordedClaim(v)
	switch {
	case err != nil:
		return refuse(fact.Of(err))
	case manifest == nil || manifest.Namespace != claim.Namespace || manifest.Name != claim.Name:
		return refuse(fact.New("ManifestNotOnVolume", "claim", claim, "volume", v.Name))
	}
	fresh := inspect.StripClaim(manifest)
	fresh.OwnerReferences = nil // an owner that is gone would take the claim with it; one that is there adopts it
	return decision{write: func(ctx context.Context) error {
		_, err := s.Client.CoreV1().PersistentVolumeClaims(fresh.Namespace).Create(ctx, fresh, metav1.CreateOptions{FieldManager: fieldManager})
		if err != nil {
			return &requestError{reason: fact.New("CreatingClaimFailed", "claim", claim, "why", fact.Of(err)), err: err}
		}
		return nil
	}}, nil
}
