package planner

import "github.com/kubectl-localpv/kubectl-localpv/pkg/fact"

// leaveEnding plans to remove the Pods of a member whose Job fails for good then.
func (p *relocation) leaveEnding() {
	for _, c := range p.member.Claims {
		p.warn(fact.New("ClaimOfFailingJob", "claim", c.Object(), "volume", p.where(c.Volume), "job", p.member.Direct))
	}
	p.removePods()
}
