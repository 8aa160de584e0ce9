package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// Claims of members that do not move, since nobody recreates their Pods, or a DaemonSet has them on this node alone.

// tellLeftAlone says which claims of such a member are left as they are, and how to release them. Of a claim that goes with Pods which this Plan
// evicts the losses tell.
func (p *planner) tellLeftAlone(l workload.LeftAlone, leaving []*corev1.Pod) {
	for _, c := range l.Member.Claims {
		if c.Claim == nil {
			continue
		}
		holders := workload.PodsByName(workload.Placed(p.ix.Consumers(c.Claim.Namespace, c.Claim.Name)))
		staying := slices.DeleteFunc(slices.Clone(holders), func(pod *corev1.Pod) bool { return slices.Contains(leaving, pod) })
		dying := c.Claim.DeletionTimestamp != nil
		switch release := fact.Plugin("release", "pvc/"+c.Claim.Name).In(c.Claim.Namespace); {
		case dying && len(holders) > 0 && len(staying) == 0:
		case l.Why.IsZero():
			p.warn(fact.New("ClaimOfDaemonSet", "claim", c.Object(), "owner", l.Member.Owner))
		case dying && len(staying) > 0:
			p.warn(fact.New("ClaimUnwantedGoes", "claim", c.Object(), "pods", workload.PodList(staying, p.ix.OwnerOf), "why", l.Why, "end", workload.Removal(staying, p.ix.OwnerOf),
				"goes", p.goesWithClaim(c.Claim, c.Volume)))
		case len(staying) == 0:
			p.warn(fact.New("ClaimUnwantedUnheld", "claim", c.Object(), "volume", c.Volume.Name, "why", l.Why).Offering(release))
		default:
			p.warn(fact.New("ClaimUnwanted", "claim", c.Object(), "volume", c.Volume.Name, "why", l.Why, "end", workload.Removal(staying, p.ix.OwnerOf)).Offering(release))
		}
	}
}
