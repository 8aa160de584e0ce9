package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// disagree says that a claim names another volume, which does not name the claim. If it does so in vain, it says how the next claim of that name
// gets the volume: that is reserved first, or the next claim could take any other that is free. Accepted are the volumes that may be given away
// with the data of others.
func (p *planner) disagree(v *corev1.PersistentVolume, claim drain.Object, c *corev1.PersistentVolumeClaim, accepted []string) fact.Fact {
	if !p.namesInVain(c, v) {
		return fact.New("ClaimVolumeDisagree", "claim", claim, "volume", c.Spec.VolumeName).Offering(fact.Kubectl("describe", "pvc", c.Name).In(c.Namespace))
	}
	why, _ := match.NamesInVain(p.ix, c)
	bound := yes(inspect.FullyBound(c)) // or it was never bound, and so has no data
	key := keyOf(claim)
	req := drain.ReclaimRequest{Volumes: []string{v.Name}, KeepData: true, For: &key, AcceptForeignData: accepted}
	plan, err := PlanReclaim(p.ix, req)
	switch {
	case err != nil:
		return fact.New("ClaimNamesInVainToo", "claim", claim, "volume", v.Name, "other", c.Spec.VolumeName, "bound", bound, "why", why, "then", fact.Of(err))
	case plan.Verdict == drain.Blocked:
		return fact.New("ClaimNamesInVainToo", "claim", claim, "volume", v.Name, "other", c.Spec.VolumeName, "bound", bound, "why", why, "then", plan.Blockers[0].Reason)
	}
	way := p.givesWay(c, v)
	then, owner, create := fact.New("InThisOrder").Offering(way.Commands...), way.Get("owner"), yes(way.Code == "NewClaimGetsVolume")
	if plan.Verdict == drain.NothingToDo {
		return fact.New("ClaimNamesInVainReserved", "claim", claim, "volume", v.Name, "other", c.Spec.VolumeName, "bound", bound, "why", why, "then", then, "owner", owner, "create", create)
	}
	reserve := fact.Plugin("reclaim", v.Name).With("--keep-data", "--for", claim.String())
	for _, name := range accepted {
		reserve = reserve.With(acceptForeign, name)
	}
	return fact.New("ClaimNamesInVain", "claim", claim, "volume", v.Name, "other", c.Spec.VolumeName, "bound", bound, "why", why, "then", then, "owner", owner, "create", create).Offering(reserve)
}
