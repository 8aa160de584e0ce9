package planner

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// onlyExisting says of the claims of a member that fits nowhere which can only get a volume that exists, although their class may have a
// provisioner: no new one is made before their Pod has a node, or where that is cannot be chosen.
func (p *relocation) onlyExisting() {
	for _, c := range p.claims() {
		if c.Moved() {
			continue
		}
		next := p.member.Next(p.ix, c)
		_, unread := p.ix.Gap(inspect.StorageClasses)
		switch class := p.ix.Class(next.Class()); {
		case next.Class() == "":
			p.warn(fact.New("NoClassOnlyExisting", "claim", c.Object()))
		case class == nil && !unread:
			p.warn(fact.New("ClassMissingOnlyExisting", "claim", c.Object(), "class", next.Class()))
		case class != nil && !p.ix.Delayed(next.Claim):
			p.warn(fact.New("ClassAtOnceOnlyExisting", "claim", c.Object(), "class", next.Class()))
		}
	}
}
