package planner

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// neverBack blocks a member that could not come back as it is, and reports whether it is one.
func (p *relocation) neverBack() bool {
	if p.member.Relocated {
		return false
	}
	why := p.namespaceGoes(p.member)
	if !why.IsZero() {
		p.block(drain.BlockedTerminating, "", why)
		return true
	}
	if why = p.forsakes(p.member, p.forsakenMeant()); !why.IsZero() {
		p.block(drain.BlockedNowhere, "", why)
	}
	return !why.IsZero()
}

// forsakenMeant is what can be done if a member is to start without the claims that its StatefulSet has no templates for any more. A Pod of a node that
// lives is evicted as if its claims stayed. One of a dead node is deleted by hand: nobody but who does it knows which volume the next claim is to get.
func (p *relocation) forsakenMeant() fact.Fact {
	pods := p.member.Placed
	switch {
	case len(pods) == 0:
		return fact.Fact{}
	case p.evict != nil:
		return fact.New("ForsakenEvicted").Offering(fact.Plugin("drain", pods[0].Spec.NodeName).
			With("--keep-claims", "--allow-down", "--only", p.member.Key.Namespace+"/"+p.member.Owner.String()))
	}
	return fact.New("ForsakenDeleted", "node", pods[0].Spec.NodeName, "list", fact.New("ThenCommand").Offering(fact.Plugin("ls").With("--phase", "Available"))).
		Offering(fact.Kubectl("delete", "pod", pods[0].Name).In(pods[0].Namespace).With("--force"))
}
