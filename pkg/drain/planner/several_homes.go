package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// severalHomes says that a volume can be used on several nodes, of which one has its data, and nothing says which: its Pods may start on
// another, and a directory may be there too. Whoever cordons the others knows.
func severalHomes(ix *inspect.Index, v *corev1.PersistentVolume) (why fact.Fact, several bool) {
	nodes, several := ix.SeveralHomes(v)
	return fact.New("DataOnOneOf", "nodes", nodes), several
}

// refusesSeveral blocks if a volume is given to a claim whose Pods may then start without the data that is on it.
func (p *planner) refusesSeveral(v *corev1.PersistentVolume) {
	if why, several := severalHomes(p.ix, v); several {
		p.block(drain.BlockedShared, "", fact.New("GivenAtSeveralHomes", "volume", v.Name, "why", why))
	}
}

// tellsAstray is refusesSeveral, and tells besides of data that is known to be on other nodes than those where Pods may start.
func (p *planner) tellsAstray(v *corev1.PersistentVolume) {
	p.refusesSeveral(v)
	if why, astray := p.ix.Astray(v); astray {
		p.warn(fact.New("ReattachedAstray", "volume", v.Name, "why", why))
	}
}
