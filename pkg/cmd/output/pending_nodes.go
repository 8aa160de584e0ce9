package output

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// nodeLook is what one Node looks like from a distance: how its volumes do, and what else is in the way.
type nodeLook struct {
	volumes, other string
	// volumesDo and otherFits tell whether nothing is wrong on either side.
	volumesDo, otherFits bool
}

// rank puts the Nodes first where least is wrong.
func (l nodeLook) rank() int {
	switch {
	case l.volumesDo && l.otherFits:
		return 0
	case l.volumesDo:
		return 1
	case l.otherFits:
		return 2
	}
	return 3
}

// nodes writes one row for all Nodes that look alike.
func (p *page) nodes(r inspect.PodReport) {
	if len(r.Nodes) == 0 {
		return
	}
	groups, left := alikeNodes(r)
	hasVolumes := false
	for _, g := range groups {
		hasVolumes = hasVolumes || g.look.volumes != ""
	}
	headings := []string{"NODES", volumesHeading(r), "ELSE"}
	if !hasVolumes {
		headings = []string{"NODES", otherHeading(r)}
	}
	rows := make([]row, 0, len(groups))
	for _, g := range groups {
		cells := []Cell{{Text: shortNames(g.names)}}
		if hasVolumes {
			cells = append(cells, Cell{g.look.volumes, verdictStyle(g.look.volumesDo)})
		}
		rows = append(rows, row{cells: append(cells, Cell{g.look.other, verdictStyle(g.look.otherFits)})})
	}
	p.table(0, headings, rows)
	if left.nodes > 0 {
		p.prose(Dim, 0, 2, fmt.Sprintf("and %s that fail in %d other ways: --node NAME shows one, -o json all", Count(left.nodes, "node"), left.ways))
	}
}

func verdictStyle(fine bool) Style {
	if fine {
		return Good
	}
	return None
}

func volumesHeading(r inspect.PodReport) string {
	for _, c := range r.Claims {
		if c.BoundVolume == "" {
			return "VOLUMES"
		}
	}
	return "DATA"
}

func otherHeading(r inspect.PodReport) string {
	if len(r.Claims) == 0 {
		return "REASONS"
	}
	return "OTHERWISE"
}

// look is what a Node looks like.
func look(r inspect.PodReport, n inspect.NodeReport) nodeLook {
	l := nodeLook{volumesDo: true}
	var parts []string
	for _, c := range r.Claims {
		text, does := onNode(c, n)
		l.volumesDo = l.volumesDo && does
		if text == "" {
			continue
		}
		if len(r.Claims) > 1 {
			text = c.Name + ": " + text
		}
		parts = append(parts, text)
	}
	l.volumes = strings.Join(parts, "; ")
	l.other = otherReasons(r, n, l.volumesDo)
	if l.otherFits = l.other == ""; l.otherFits {
		l.other = "fits"
	}
	return l
}

// otherReasons are those besides volumes. The plugin that looks at volumes has its own column; it is heard here when
// that column has nothing against the Node, or when it did not look but failed. Plugins fail on every Node when a claim
// is not there, which is no news about the Node.
func otherReasons(r inspect.PodReport, n inspect.NodeReport, volumesDo bool) string {
	cordoned := slices.ContainsFunc(n.Reasons, func(reason inspect.NodeReason) bool { return reason.Plugin == "NodeUnschedulable" })
	var parts []string
	for _, reason := range n.Reasons {
		failed := reason.Code == "Error"
		switch {
		case failed && lacksClaim(r), cordoned && reason.Plugin == "TaintToleration" && reason.Reason.Code == "NodeCordoned":
		case reason.Plugin != inspect.PluginVolumeBinding || volumesDo || failed:
			parts = append(parts, phrase.New(phrase.Connection{}).Text(reason.Reason))
		}
	}
	return strings.Join(parts, ", ")
}

// lacksClaim reports whether a claim of the Pod's is not there or not its own.
func lacksClaim(r inspect.PodReport) bool {
	return slices.ContainsFunc(r.Claims, func(c inspect.ClaimReport) bool {
		return c.Code == inspect.ClaimNotFound || c.Code == inspect.EphemeralClaimNotCreated || c.Code == inspect.EphemeralClaimNotOwned
	})
}

// onNode says how a claim does on a Node, and whether it does well. Empty: volumes were not looked at for it.
func onNode(c inspect.ClaimReport, n inspect.NodeReport) (text string, does bool) {
	if c.BoundVolume != "" {
		return boundOnNode(c, n)
	}
	counts := map[inspect.VolumeCode]int{}
	var small []string
	for _, v := range n.Volumes {
		if v.Claim != c.Name {
			continue
		}
		if v.Name == c.Reserved {
			return reservedOnNode(v)
		}
		counts[v.Code]++
		if v.Code == inspect.CapacityTooSmall {
			small = append(small, v.Have)
		}
	}
	if counts[inspect.Match] > 0 {
		return "1 fits", true
	}
	text = countsOnNode(counts, small)
	if room, enough, told := roomOnNode(c, n); told {
		return strings.TrimPrefix(text+", "+room, ", "), enough
	}
	if text == "" && lookedAt(c) {
		text = "none"
	}
	return text, !lookedAt(c) && c.Code == inspect.ClaimOk
}

// lookedAt reports whether the scheduler tries the volumes of a claim's class on each Node.
func lookedAt(c inspect.ClaimReport) bool {
	return c.Code == inspect.NoMatchingVolume || c.Code == inspect.GreedyMiss || c.Code == inspect.ClaimOk && len(c.Volumes) > 0
}

func boundOnNode(c inspect.ClaimReport, n inspect.NodeReport) (text string, does bool) {
	for _, v := range n.Volumes {
		switch {
		case v.Claim != c.Name || v.Name != c.BoundVolume:
		case v.Code == inspect.Match:
			return "here", true
		case v.Have != "":
			return "on " + v.Have, false
		default:
			return v.Message, false
		}
	}
	return "", false
}

func reservedOnNode(v inspect.VolumeReason) (text string, does bool) {
	switch {
	case v.Code == inspect.Match:
		return "reserved one here", true
	case v.Code == inspect.NodeAffinityMismatch && v.Have != "":
		return "reserved one on " + v.Have, false
	}
	return "reserved one: " + v.Message, false
}

func countsOnNode(counts map[inspect.VolumeCode]int, small []string) string {
	var parts []string
	for _, code := range inspect.VolumeCodes() {
		n := counts[code]
		if n == 0 {
			continue
		}
		words := phrase.CodeWords(string(code))
		switch code {
		case inspect.CapacityTooSmall:
			words += spanned(small)
		case inspect.NodeAffinityMismatch:
			words = "elsewhere"
		default:
		}
		parts = append(parts, fmt.Sprintf("%d %s", n, words))
	}
	return strings.Join(parts, ", ")
}

// roomOnNode is what a CSI driver could make for a claim.
func roomOnNode(c inspect.ClaimReport, n inspect.NodeReport) (text string, enough, told bool) {
	for _, room := range n.Room {
		switch {
		case room.Claim != c.Name:
		case room.Free.IsZero():
			return "no room reported", false, true
		default:
			return "room for " + room.Have, room.Enough, true
		}
	}
	return "", false, false
}
