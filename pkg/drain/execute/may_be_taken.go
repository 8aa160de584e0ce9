package execute

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// mayBeTaken looks once more at what the Plan found around a Pod, right before that is evicted: a peer may have died since, the node where
// the member is to run, or its own, on which nobody could confirm then that it has stopped; its end, or that of its claims, may be held by
// others; its Job may have no more tries. It returns what is waited for, if anything is.
func (s *stepRun) mayBeTaken(ctx context.Context, g drain.PodGuards, p *corev1.Pod) (waiting fact.Fact, err error) {
	if g.KeepsJob {
		if err := s.jobStands(ctx, p, workload.Evicted); err != nil {
			return fact.Fact{}, err
		}
	}
	want := g.Safeguards
	if want == nil {
		return fact.Fact{}, nil
	}
	own := func(nodes map[string]*corev1.Node) error {
		if !reachable(nodes[p.Spec.NodeName]) {
			return died(nodes[p.Spec.NodeName], p.Spec.NodeName)
		}
		return nil
	}
	if want.Kept && !workload.Ready(p) { // nobody counts on it
		nodes, err := s.live.nodes(ctx)
		if err != nil {
			return fact.Fact{}, err
		}
		return fact.Fact{}, own(nodes)
	}
	if added := addedTo(g.Finalizers, workload.ForeignPodFinalizers(p)); len(added) > 0 {
		return fact.New("PodFinalizersNow", "pod", drain.PodObject(p), "finalizers", added), nil
	}
	if waiting, err := s.claimsMayEnd(ctx); err != nil || !waiting.IsZero() {
		return waiting, err
	}
	pods, err := s.live.podsIn(ctx, p.Namespace, func(o *corev1.Pod) bool { return counts(want, o, g.Member) })
	if err != nil {
		return fact.Fact{}, err
	}
	if waiting, err := s.stands(ctx, want, g.Member, pods, own); err != nil || !waiting.IsZero() {
		return waiting, err
	}
	return fact.Fact{}, s.nextFits(ctx, want, g.Member, p, pods)
}

// jobStands refuses if the Job of a Pod fails for good without it.
func (s *stepRun) jobStands(ctx context.Context, p *corev1.Pod, ending func(*corev1.Pod) workload.Ending) error {
	if workload.FinishedPod(p) {
		return nil
	}
	owner := workload.DirectOwner(p)
	j, err := s.live.job(ctx, drain.Object{Kind: owner.Kind, Namespace: p.Namespace, Name: owner.Name, UID: owner.UID})
	if err != nil || j == nil || j.DeletionTimestamp != nil {
		return err
	}
	if why := workload.WhyFails(j, []*corev1.Pod{p}, ending); !why.IsZero() {
		return refused(fact.New("JobFailsNow", "job", j.Namespace+"/"+j.Name, "why", why, "pod", drain.PodObject(p)))
	}
	return nil
}

// claimsMayEnd looks at the claims that are deleted once the Pod of the step is gone. It returns what is waited for: that nobody holds the
// end of one.
func (s *stepRun) claimsMayEnd(ctx context.Context) (waiting fact.Fact, err error) {
	for _, later := range s.plan.Steps[s.index+1:] {
		p, ok := later.Parameters.(*drain.DeleteClaimParameters)
		if !ok || later.Target != s.step.Target || later.Member != s.step.Member {
			continue
		}
		c, err := s.live.claim(ctx, p.Claim)
		if err != nil {
			return fact.Fact{}, err
		}
		if gone(c, p.Claim) || c.DeletionTimestamp != nil {
			continue
		}
		if waiting := heldSince(c, p); !waiting.IsZero() {
			return waiting, nil
		}
	}
	return fact.Fact{}, nil
}

// heldSince says that somebody holds the end of a claim who did not when the Plan was made: nothing, if nobody does. Once it is deleted,
// there is no way back, and its name is taken for as long.
func heldSince(c *corev1.PersistentVolumeClaim, p *drain.DeleteClaimParameters) fact.Fact {
	if added := addedTo(p.Finalizers, workload.ForeignFinalizers(c)); len(added) > 0 {
		return fact.New("ClaimFinalizersNow", "claim", drain.ClaimObject(c), "finalizers", added)
	}
	return fact.Fact{}
}

// addedTo are the texts that were not among those that were known.
func addedTo(known, now []string) []string {
	return slices.DeleteFunc(slices.Clone(now), func(text string) bool { return slices.Contains(known, text) })
}
