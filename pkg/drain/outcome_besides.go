package drain

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// What a Plan does to those that it is not about.

// othersStart says which Pods of other owners start without their data, since they use a claim of a member that does.
func othersStart(members []starting) []fact.Fact {
	var out []fact.Fact
	for _, m := range members {
		if len(m.Others) > 0 && len(m.own) == 0 {
			out = append(out, fact.New("OthersStartWithout", "member", m.Member, "claim", m.Claim, "others", m.Others))
		}
	}
	return out
}

// freedFor are volumes that are only reserved no longer, so that a claim gets another.
func freedFor(p *Plan) []string {
	var names []string
	for _, s := range p.Steps {
		free, ok := s.Parameters.(*FreeParameters)
		name := s.Parameters.About().Volume.Name
		only := !slices.ContainsFunc(p.Steps, func(o Step) bool { return o.ID != s.ID && o.Parameters.About().Volume.Name == name })
		if ok && only && (s.Action == OpenVolume || free.Former) {
			names = append(names, name)
		}
	}
	return names
}
