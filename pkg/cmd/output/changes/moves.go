package changes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
)

// evidenceLine is what was seen of a node: "node-1: unreachable for 14m; confirmed powered off".
func evidenceLine(say *phrase.Phraser, e liveness.Evidence) string {
	return e.Node + ": " + strings.Join(say.Texts(e.Seen), "; ")
}

// moves is the table of where members go. Nothing in it is shortened: where a line is too long, it goes on in further
// ones.
func (p *writer) moves(s output.Streams, moves []drain.Move) error {
	t := output.Table{Columns: []output.Column{{Name: "MEMBER"}, {Name: "NOW"}, {Name: "THEN"}, {Name: "PEERS"}}, Folds: []int{3, 1, 2}}
	columns := len(t.Columns)
	if !slices.ContainsFunc(moves, func(m drain.Move) bool { return m.Peers != nil }) {
		columns--
	}
	t.Columns = t.Columns[:columns]
	t.Rows = func(yield func([]output.Cell) bool) {
		for _, m := range moves {
			if !yield([]output.Cell{{Text: m.Member}, {Text: volumeAt(m.From, m.FromNode)}, destination(m), {Text: peersText(m.Peers)}}[:columns]) {
				return
			}
		}
	}
	s.Out = p
	return t.Write(s)
}

// volumeAt is a volume with its node: "local-pv-1-0 (node-1)".
func volumeAt(volume, node string) string {
	if node == "" {
		return volume
	}
	return fmt.Sprintf("%s (%s)", volume, node)
}

// destination is what the claim of a Move will have.
func destination(m drain.Move) output.Cell {
	switch {
	case m.Stays:
		return output.Cell{Text: "waits for " + m.FromNode}
	case m.To != "":
		return output.Cell{Text: volumeAt(m.To, m.ToNode)}
	case m.ToNode != "":
		return output.Cell{Text: volumeAt("a new volume", m.ToNode)}
	}
	return output.Cell{Text: "nowhere", Style: output.Bad}
}

// peersText is how the other members of an owner are while one of them moves, empty where that does not matter.
func peersText(peers *drain.Peers) string {
	switch {
	case peers == nil:
		return ""
	case peers.Kind == drain.NoPeers:
		return "none"
	case peers.Kind == drain.UnknownPeers:
		return "unknown"
	case peers.Kind == drain.SharedClaim:
		return "none: all replicas use this one claim"
	}
	text := fmt.Sprintf("%d of %d ready", peers.Ready, peers.Wanted)
	if peers.Ready >= drain.Majority(peers.Wanted) {
		text += ", quorum kept"
	}
	return text
}

// headings are what is said of each member before its steps.
func headings(moves []drain.Move) map[string]string {
	out := map[string]string{}
	for _, m := range moves {
		way := volumeAt(m.From, m.FromNode) + " → " + destination(m).Text
		if before, ok := out[m.Member]; ok {
			out[m.Member] = before + ", " + way
			continue
		}
		out[m.Member] = m.Member + ": " + way
	}
	return out
}
