package drain

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// maxNamed is how many members are told of one by one that start without data, before they are told of together.
const maxNamed = 3

// newStarts are the members that get new claims: what they start with, what they can copy from, and which of them fit no node.
func newStarts(p *Plan) []fact.Fact {
	var start []starting
	var filled, stay []Move
	for _, name := range p.Members() {
		i := slices.IndexFunc(p.Moves, func(m Move) bool { return m.Member == name && !m.Stays })
		switch {
		case i < 0:
		case p.fitsNowhere(name):
			stay = append(stay, p.Moves[i])
		case p.filledFrom(name) != "":
			filled = append(filled, p.Moves[i])
		default:
			start = append(start, p.startOf(p.Moves[i]))
		}
	}
	return slices.Concat(startsWith(start), othersStart(start), p.startFilled(filled), stayPending(stay))
}

// fitsNowhere reports whether no place was found for a member. One that is waited for has been moved by an earlier run.
func (p *Plan) fitsNowhere(member string) bool {
	awaited := slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Action == AwaitReady && s.Member == member })
	return !awaited && slices.ContainsFunc(p.Moves, func(m Move) bool { return m.Member == member && !m.Stays && m.To == "" && m.ToNode == "" })
}

// filledFrom is what a claim of a member is filled from, empty if all of them start empty.
func (p *Plan) filledFrom(member string) string {
	for _, m := range p.Moves {
		if m.Member == member && m.FilledFrom != "" {
			return m.FilledFrom
		}
	}
	return ""
}

// startFilled says which members start with what their claims are filled from.
func (p *Plan) startFilled(members []Move) []fact.Fact {
	var out []fact.Fact
	for _, m := range members {
		out = append(out, fact.New("MemberStartsFilled", "member", m.Member, "source", p.filledFrom(m.Member)))
	}
	return out
}

// copies are how many peers a member can copy its data from.
func copies(peers *Peers) int {
	if peers == nil || peers.Kind != CountedPeers {
		return 0
	}
	return peers.Ready
}

// stayPending says which members fit no node. A Pod that no controller recreates is not even Pending.
func stayPending(members []Move) []fact.Fact {
	var out []fact.Fact
	var names []string
	for _, m := range members {
		names = append(names, m.Member)
		if m.Owner == "" {
			out = append(out, fact.New("MemberNotRecreatedFitsNowhere", "member", m.Member))
		} else {
			out = append(out, fact.New("MemberStaysPending", "member", m.Member))
		}
	}
	if len(members) > maxNamed {
		return []fact.Fact{fact.New("MembersFitNowhere", "members", names)}
	}
	return out
}
