package planner

import (
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// behindOthers blocks members that their StatefulSet does not recreate: it goes in order, and one before them stays away with the dead node
// (controller/statefulset: processReplica waits for each replica to be Running and Ready).
func (p *recoverPlanner) behindOthers(all []*workload.Member) {
	first := map[types.UID]string{}
	for _, m := range all {
		name := m.Key.String()
		switch {
		case m.Set == nil || !workload.InOrder(m.Set) || m.Relocated:
		case first[m.Set.UID] != "" && p.chosen(m):
			p.saidOf(name, func() {
				p.block(drain.BlockedBehind, "", fact.New("BehindAnotherMember", "member", name, "owner", m.Owner, "first", first[m.Set.UID]))
			})
		case first[m.Set.UID] == "" && (p.isOut(name) || !p.chosen(m)):
			first[m.Set.UID] = name
		}
	}
}
