package execute

import (
	"context"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// What is looked at once more right before a Pod is evicted whose claims stay.

// claimsStay refuses if a claim that is to stay would not, or is no longer the one of its volume: the data would go with the Pod, or the Pod come
// back without it.
func (s *stepRun) claimsStay(ctx context.Context, keeps []drain.Pair, p *corev1.Pod) error {
	for _, kept := range keeps {
		c, err := s.live.claim(ctx, kept.Claim)
		switch {
		case err != nil:
			return err
		case gone(c, kept.Claim):
			return refused(fact.New("RunsOnMissingClaim", "pod", drain.PodObject(p), "claim", kept.Claim))
		case c.DeletionTimestamp != nil:
			return refused(fact.New("KeptClaimGoes", "claim", kept.Claim, "pod", drain.PodObject(p), "volume", kept.Volume.Name))
		case c.Status.Phase == corev1.ClaimLost:
			return refused(fact.New("KeptClaimLost", "claim", kept.Claim, "pod", drain.PodObject(p), "volume", kept.Volume.Name))
		}
	}
	return nil
}

// nextFits refuses if the Pod that a member's StatefulSet creates next asks for something else than what was judged: somebody has edited the
// template since.
func (s *stepRun) nextFits(ctx context.Context, want *drain.Safeguards, member string, p *corev1.Pod, pods []*corev1.Pod) error {
	if len(want.Next) == 0 {
		return nil
	}
	sets, err := s.live.sets(ctx, p.Namespace)
	if err != nil {
		return err
	}
	for _, set := range sets {
		if set.UID != want.OwnerUID {
			continue
		}
		ix := inspect.NewIndex(&inspect.Snapshot{StatefulSets: sets, Pods: append(pods, p)})
		for _, next := range workload.MemberOfSet(set, member, p).FuturePods(ix) {
			if parts := workload.Others(want.Next, next); len(parts) > 0 {
				return refused(fact.New("NextPodAsksOther", "member", p.Namespace+"/"+member, "owner", want.Owner, "node", want.Node, "parts", parts))
			}
		}
	}
	return nil
}

// conditionTaint begins the key of a taint by which Kubernetes says how a node is.
const conditionTaint = "node.kubernetes.io/"

// lasting are those taints, KEY=VALUE:EFFECT, that a node has after a reboot as well.
func lasting(taints []string) []string {
	var out []string
	for _, t := range taints {
		if !strings.HasPrefix(t, conditionTaint) {
			out = append(out, t)
		}
	}
	return out
}
