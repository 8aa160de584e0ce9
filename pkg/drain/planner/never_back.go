package planner

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
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
	if why = p.forsakes(p.member); !why.IsZero() {
		p.block(drain.BlockedNowhere, "", why)
	}
	return !why.IsZero()
}
