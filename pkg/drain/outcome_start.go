package drain

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// starting is a member with what is known of the data on the volumes that it gets.
type starting struct {
	Move
	// own and foreign are the volumes with data of its own claims, and of others; unknown those of which nothing is known. Owners are
	// the claims whose data is on the foreign ones.
	own, foreign, unknown, owners []string
}

// startOf gathers what a member gets, which its first Move stands for.
func (p *Plan) startOf(first Move) starting {
	s := starting{Move: first}
	for _, m := range p.Moves {
		if m.Member != first.Member || m.Stays {
			continue
		}
		switch m.ToData {
		case DataOwn:
			s.own = append(s.own, m.To)
		case DataForeign:
			s.foreign, s.owners = append(s.foreign, m.To), append(s.owners, m.ToDataOf)
		case DataUnknown:
			s.unknown = append(s.unknown, m.To)
		case DataWiped:
		}
	}
	return s
}

// startsWith says what members start with. Whoever gets old data is named in any case.
func startsWith(members []starting) []fact.Fact {
	var out []fact.Fact
	var without []starting
	for _, m := range members {
		if len(m.foreign) > 0 {
			out = append(out, fact.New("MemberGetsForeignData", "member", m.Member, "volumes", m.foreign, "claims", m.owners))
		}
		if len(m.own) > 0 {
			out = append(out, fact.New("MemberContinuesOwnData", "member", m.Member, "volumes", m.own))
		}
		if len(m.foreign)+len(m.own) == 0 {
			without = append(without, m)
		}
	}
	if len(without) > maxNamed {
		return append(out, manyStartWithout(without))
	}
	for _, m := range without {
		out = append(out, startsWithout(m))
	}
	return out
}

// startsWithout says of a member that starts without data, as far as that is known, what it can copy from.
func startsWithout(m starting) fact.Fact {
	n, counted := copies(m.Peers), m.Peers != nil && m.Peers.Kind == CountedPeers
	switch empty := len(m.unknown) == 0; {
	case empty && n > 0:
		return fact.New("MemberStartsEmpty", "member", m.Member, "peers", n)
	case empty && counted:
		return fact.New("MemberStartsEmptyNoPeerReady", "member", m.Member)
	case empty:
		return fact.New("MemberStartsEmptyAlone", "member", m.Member)
	case n > 0:
		return fact.New("MemberStartsWithout", "member", m.Member, "peers", n, "unknown", m.unknown)
	case counted:
		return fact.New("MemberStartsWithoutNoPeerReady", "member", m.Member, "unknown", m.unknown)
	}
	return fact.New("MemberStartsWithoutAlone", "member", m.Member, "unknown", m.unknown)
}

func manyStartWithout(members []starting) fact.Fact {
	names, alone, unknown := []string{}, []string{}, []string{}
	for _, m := range members {
		names, unknown = append(names, m.Member), append(unknown, m.unknown...)
		if copies(m.Peers) == 0 {
			alone = append(alone, m.Member)
		}
	}
	unknown = slices.Compact(unknown)
	switch len(alone) {
	case 0:
		return fact.New("MembersStartWithout", "members", names, "unknown", unknown)
	case len(names):
		return fact.New("MembersStartWithoutAlone", "members", names, "unknown", unknown)
	}
	return fact.New("MembersStartWithoutSomeAlone", "members", names, "alone", alone, "unknown", unknown)
}
