package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// reclaimable tells, of a member that fits nowhere, which volumes elsewhere would do for its claims and can be reclaimed first: those that
// reclaim would make available, with the flags that it and this command want then, and whose data that gives up.
func (p *relocation) reclaimable() {
	if p.ownWaits() {
		return
	}
	for _, c := range p.claims() {
		m, err := match.NewMatcher(p.ix, inspect.StripClaim(p.member.Next(p.ix, c).Claim))
		if err != nil || c.Moved() {
			continue
		}
		for _, v := range p.ix.LocalVolumes() {
			if slices.Contains(p.suggested, v.Name) || !leftByClaim(v) || !p.stands(v) || m.Explain(match.Freed(v), true, "").Code != inspect.Match {
				continue
			}
			if f, ok := p.reclaimFirst(v, c); ok {
				p.suggested = append(p.suggested, v.Name)
				p.warn(f)
				break
			}
		}
	}
}

// reclaimFirst tells how a volume is reclaimed for a claim, and reports whether it can be.
func (p *relocation) reclaimFirst(v *corev1.PersistentVolume, c workload.Claim) (fact.Fact, bool) {
	data := p.onDisk(v)
	req, command := drain.ReclaimRequest{Volumes: []string{v.Name}, KeepData: true}, fact.Plugin("reclaim", v.Name).With("--keep-data")
	if data.State == disk.Known && data.Claim.Namespace == p.member.Key.Namespace && p.member.Names(data.Claim.Name) {
		return fact.Fact{}, false // its own data is not to be overwritten
	}
	accept, gives := "", drain.OpenVolume
	if data.Foreign(c.Key()) {
		if p.wanted(ownerObject(data.Claim)) != "" {
			return fact.Fact{}, false // it is to have its data back
		}
		accept = acceptForeign + " " + v.Name
	}
	if c.Claim == nil { // an earlier run has deleted it: the volume can be reserved for the next one
		key := c.Key()
		req.For, gives, command = &key, drain.ReserveVolume, command.With("--for", c.Object().String())
		if accept != "" {
			req.AcceptForeignData, command = []string{v.Name}, command.With(acceptForeign, v.Name)
		}
	}
	plan, err := PlanReclaim(p.ix, req)
	if err != nil || plan.Verdict != drain.Ready || !slices.ContainsFunc(plan.Steps, func(s drain.Step) bool { return s.Action == gives }) {
		return fact.Fact{}, false
	}
	owner := ""
	if data.State == disk.Known {
		owner = data.Claim.Key().String()
	}
	return fact.New("CouldBeReclaimedFirst", "member", p.member.Key, "claim", c.Object(), "volume", p.where(v), "data", owner, "accept", accept).Offering(command), true
}
