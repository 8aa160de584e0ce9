package pending

import (
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// What a cell of the table of Nodes says of a claim besides what inspect tells. It is kept as Facts until the Nodes are
// grouped, since what differs from Node to Node is written as a span or a list.
const (
	cellFits         fact.Code = "cell/Fits"
	cellNone         fact.Code = "cell/None"
	cellHere         fact.Code = "cell/Here"
	cellOn           fact.Code = "cell/On" // nodes
	cellUnknown      fact.Code = "cell/Unknown"
	cellReservedHere fact.Code = "cell/ReservedHere"
	cellReservedOn   fact.Code = "cell/ReservedOn"  // nodes
	cellReservedBut  fact.Code = "cell/ReservedBut" // why
	cellCount        fact.Code = "cell/Count"       // n, code, sizes
	cellNoRoom       fact.Code = "cell/NoRoom"
	cellRoom         fact.Code = "cell/Room"    // have
	cellClaimed      fact.Code = "cell/Claimed" // n, by
)

// said writes what a cell says.
func (p *writer) said(facts []fact.Fact) string {
	parts := make([]string, 0, len(facts))
	for _, f := range facts {
		parts = append(parts, p.say(f))
	}
	return strings.Join(parts, ", ")
}

func (p *writer) say(f fact.Fact) string {
	switch f.Code {
	case cellFits:
		return "1 fits"
	case cellNone:
		return "none"
	case cellHere:
		return "here"
	case cellOn:
		return "on " + f.Get("nodes")
	case cellUnknown:
		return "unknown"
	case cellReservedHere:
		return "reserved one here"
	case cellReservedOn:
		return "reserved one on " + f.Get("nodes")
	case cellReservedBut:
		return "reserved one: " + p.phrase.Text(*f.Values["why"].Fact())
	case cellCount:
		return f.Get("n") + " " + countWords(inspect.VolumeCode(f.Get("code"))) + inBrackets(f.Get("sizes"))
	case cellNoRoom:
		return "no room reported"
	case cellClaimed:
		return f.Get("n") + " " + phrase.ClaimantWords(f.Get("by"), f.Get("n") == "1")
	case cellRoom:
		return "room for " + f.Get("have")
	}
	return p.phrase.Text(f)
}

func countWords(code inspect.VolumeCode) string {
	if code == inspect.NodeAffinityMismatch {
		return "elsewhere"
	}
	return phrase.CodeWords(string(code))
}

func inBrackets(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}

// onNode says how a claim does on a Node, and whether it does well. None: volumes were not looked at for it.
func onNode(c pending.ClaimReport, n pending.NodeReport) (facts []fact.Fact, does bool) {
	if c.BoundVolume != "" {
		return boundOnNode(c, n)
	}
	counts := map[inspect.VolumeCode]int{}
	claimed := map[match.Claimant]int{}
	var small []string
	for _, v := range n.Volumes {
		if v.Claim != c.Name {
			continue
		}
		if v.Name == c.Reserved {
			return reservedOnNode(v)
		}
		if by := v.Claimant(); by != "" {
			claimed[by]++
			continue
		}
		counts[v.Code]++
		if v.Code == inspect.CapacityTooSmall {
			small = append(small, v.Have)
		}
	}
	if counts[inspect.Match] > 0 {
		return []fact.Fact{fact.New(cellFits)}, true
	}
	facts = append(claimedOnNode(claimed), countsOnNode(counts, small)...)
	if room, enough, told := roomOnNode(c, n); told {
		return append(facts, room), enough
	}
	if len(facts) == 0 && lookedAt(c) {
		facts = append(facts, fact.New(cellNone))
	}
	return facts, !lookedAt(c) && c.Code == inspect.ClaimOk
}

// lookedAt reports whether the scheduler tries the volumes of a claim's class on each Node.
func lookedAt(c pending.ClaimReport) bool {
	return c.Code == inspect.NoMatchingVolume || c.Code == inspect.GreedyMiss || c.Code == inspect.ClaimOk && len(c.Volumes) > 0
}

func boundOnNode(c pending.ClaimReport, n pending.NodeReport) (facts []fact.Fact, does bool) {
	for _, v := range n.Volumes {
		switch {
		case v.Claim != c.Name || v.Name != c.BoundVolume:
		case v.Code == inspect.Match && v.Fact().Code != pending.CodeBoundDataElsewhere:
			return []fact.Fact{fact.New(cellHere)}, true
		case v.Have != "":
			return []fact.Fact{fact.New(cellOn, "nodes", strings.Split(v.Have, ","))}, false
		case v.Fact().Code == pending.CodeBoundHomeUnknown: // the cause says why
			return []fact.Fact{fact.New(cellUnknown)}, false
		default:
			return []fact.Fact{v.Fact()}, false
		}
	}
	return nil, false
}

func reservedOnNode(v pending.VolumeReason) (facts []fact.Fact, does bool) {
	switch {
	case v.Code == inspect.Match:
		return []fact.Fact{fact.New(cellReservedHere)}, true
	case v.Code == inspect.NodeAffinityMismatch && v.Have != "":
		return []fact.Fact{fact.New(cellReservedOn, "nodes", strings.Split(v.Have, ","))}, false
	}
	return []fact.Fact{fact.New(cellReservedBut, "why", v.Fact())}, false
}

// claimedOnNode counts volumes by who has them, those that are most easily had first.
func claimedOnNode(claimed map[match.Claimant]int) []fact.Fact {
	var facts []fact.Fact
	for _, by := range match.Claimants() {
		if n := claimed[by]; n > 0 {
			facts = append(facts, fact.New(cellClaimed, "n", n, "by", by))
		}
	}
	return facts
}

// countsOnNode counts volumes by their code. Of those that are too small, only the extremes are told.
func countsOnNode(counts map[inspect.VolumeCode]int, small []string) []fact.Fact {
	var facts []fact.Fact
	for _, code := range inspect.VolumeCodes() {
		n := counts[code]
		if n == 0 {
			continue
		}
		var sizes []string
		if code == inspect.CapacityTooSmall {
			sizes = extremes(small)
		}
		facts = append(facts, fact.New(cellCount, "n", n, "code", code, "sizes", sizes))
	}
	return facts
}

// roomOnNode is what a CSI driver could make for a claim.
func roomOnNode(c pending.ClaimReport, n pending.NodeReport) (room fact.Fact, enough, told bool) {
	for _, room := range n.Room {
		switch {
		case room.Claim != c.Name:
		case room.Free.IsZero():
			return fact.New(cellNoRoom), false, true
		default:
			return fact.New(cellRoom, "have", room.Have), room.Enough, true
		}
	}
	return fact.Fact{}, false, false
}
