package execute

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// retainVolume sets policy Retain and records the claim's manifest.
func (s *stepRun) retainVolume(ctx context.Context, p *drain.RecordParameters) (decision, error) {
	return s.recordOn(ctx, p, true)
}

// recordClaim records the claim's manifest and leaves the policy.
func (s *stepRun) recordClaim(ctx context.Context, p *drain.RecordParameters) (decision, error) {
	return s.recordOn(ctx, p, false)
}

// recordOn records the claim's manifest in one merge patch, with policy Retain if that is wanted. It carries the resourceVersion,
// since what is left of the annotations depends on all of them.
func (s *stepRun) recordOn(ctx context.Context, p *drain.RecordParameters, retains bool) (decision, error) {
	v, err := s.live.sameVolume(ctx, p.Volume)
	if err != nil {
		return decision{}, err
	}
	if p.Claim.Name == "" {
		return s.retainOnly(v, p)
	}
	c, err := s.live.claim(ctx, p.Claim)
	if err != nil {
		return decision{}, err
	}
	claim := p.Claim
	switch {
	case gone(c, claim):
		if was, err := retain.RecordedClaim(v); err == nil && was != nil && was.UID == claim.UID && was.Namespace == claim.Namespace && was.Name == claim.Name && (!retains || retain.Retained(v)) {
			return done()
		}
		return refuse(fact.New("ClaimDeletedByOther", "claim", claim, "volume", v.Name, "phase", v.Status.Phase, "policy", v.Spec.PersistentVolumeReclaimPolicy))
	case v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID != c.UID:
		return refuse(fact.New("VolumeLeftClaim", "volume", v.Name, "claim", claim))
	case retain.Recorded(v, c) && (!retains || retain.Retained(v)) && retain.HasAnnotations(v, p.Annotations):
		return done()
	case v.DeletionTimestamp != nil:
		return refuse(fact.New("VolumeNowTerminating", "volume", v.Name))
	}
	if p.Unused {
		if err := s.unused(ctx, claim); err != nil {
			return decision{}, err
		}
	}
	return s.retainWrite(v, c, retains, p.Annotations)
}

// retainOnly sets the policy of a volume whose claim is gone.
func (s *stepRun) retainOnly(v *corev1.PersistentVolume, p *drain.RecordParameters) (decision, error) {
	if retain.Retained(v) {
		return done()
	}
	if !hasPhase(v, p.Phases) {
		return refuse(fact.New("VolumePhaseChanged", "volume", v.Name, "phase", v.Status.Phase))
	}
	return s.retainWrite(v, nil, true, nil)
}

// unused refuses while a Pod with a node names the claim.
func (s *stepRun) unused(ctx context.Context, claim drain.Object) error {
	pods, err := s.live.naming(ctx, claim)
	if err != nil {
		return err
	}
	if pods = workload.Placed(pods); len(pods) > 0 {
		return refused(workload.InUse(claim.Namespace, claim.Name, pods, workload.DirectOwner))
	}
	return nil
}
