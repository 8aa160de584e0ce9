package execute

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// awaitOwner is awaitReady for the Pods of an operator. It waits until that has as many as before, all of them Ready, and none waits
// for a claim that is gone. A claim that the operator does not create, though its Pods wait for it again and again, is created as it was
// saved.
func (s *stepRun) awaitOwner(ctx context.Context, p *drain.AwaitReadyParameters) (decision, error) {
	owner := *p.Owner
	all, err := s.live.ownedBy(ctx, owner)
	if err != nil {
		return decision{}, err
	}
	for _, pod := range all {
		if workload.Ready(pod) && pod.DeletionTimestamp == nil {
			continue
		}
		missing, err := s.missingClaim(ctx, p, pod)
		switch {
		case err != nil:
			return decision{}, err
		case missing == nil:
			return waitFor(podState(pod))
		case s.nudges >= maxNudges && s.nudgeDue() && missing.Name == p.Claim.Name:
			return s.createRecorded(ctx, *missing, p.Volume) // its owner does not, whatever owns the claim
		}
		return s.nudge([]*corev1.Pod{pod}, fact.New("OwnerHasNotRecreatedClaim", "kind", owner.Kind, "owner", owner, "claim", *missing, "volume", p.Volume))
	}
	if len(all) < max(p.Members, 1) {
		return waitFor(fact.New("OwnerHasFewerPods", "kind", owner.Kind, "owner", owner, "have", len(all), "want", p.Members))
	}
	return s.ownerIsBack(ctx, p, all)
}

// missingClaim is a claim of the member that does not exist and that a Pod without a node waits for, nil if there is none.
func (s *stepRun) missingClaim(ctx context.Context, p *drain.AwaitReadyParameters, pod *corev1.Pod) (*drain.Object, error) {
	if pod.Spec.NodeName != "" {
		return nil, nil //nolint:nilnil // that none is missing is an answer
	}
	for _, o := range p.Claims {
		c, err := s.live.claim(ctx, o)
		if err != nil {
			return nil, err
		}
		switch {
		case !slices.Contains(inspect.ClaimNames(pod), o.Name):
		case c == nil:
			return &o, nil
		default:
			if err := s.mayBeBound(ctx, c); err != nil {
				return nil, err
			}
		}
	}
	return nil, nil //nolint:nilnil // that none is missing is an answer
}

// ownerIsBack notes where the member of an operator runs whose Pods are all Ready: the Pod that has its claim, if there
// is one.
func (s *stepRun) ownerIsBack(ctx context.Context, p *drain.AwaitReadyParameters, all []*corev1.Pod) (decision, error) {
	for _, pod := range all {
		if slices.Contains(inspect.ClaimNames(pod), p.Claim.Name) {
			volumes, err := s.volumesOf(ctx, pod)
			if err != nil {
				return decision{}, err
			}
			return s.placed(ctx, p, pod, volumes)
		}
	}
	s.note(drain.Placement{Member: s.step.Object.Namespace + "/" + p.Member, Volumes: []string{}}) // it goes by another name
	return doneWith(fact.New("OwnerReadyWithoutClaim", "n", len(all), "kind", p.Owner.Kind, "owner", p.Owner, "claim", p.Claim))
}

// volumesOf are the volumes of a Pod's claims, as far as they are bound.
func (s *stepRun) volumesOf(ctx context.Context, p *corev1.Pod) ([]string, error) {
	var out []string
	for _, name := range inspect.ClaimNames(p) {
		c, err := s.live.claim(ctx, drain.Object{Namespace: p.Namespace, Name: name})
		if err != nil {
			return nil, err
		}
		if c != nil && inspect.FullyBound(c) {
			out = append(out, c.Spec.VolumeName)
		}
	}
	return out, nil
}
