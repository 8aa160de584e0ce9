package changes

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Suspects is the table of the nodes that look dead.
type Suspects struct {
	Nodes []Suspect
	// Now is when the cluster was read: ages count back from it.
	Now time.Time
}

// Suspect is a node that looks dead. State is the condition of the Node, or "missing". Times are zero if they are not known.
type Suspect struct {
	Node, State         string
	Since, LeaseRenewed time.Time
	Fenced              bool
	Volumes             int
	// Stuck are the Pods that need one of the volumes.
	Stuck []string
}

// Write writes the table.
func (v Suspects) Write(s output.Streams) error {
	t := output.Table{Columns: []output.Column{{Name: "NODE"}, {Name: "STATE"}, {Name: "SINCE"}, {Name: "LEASE"}, {Name: "FENCED"}, {Name: "VOLUMES"}, {Name: "STUCK", Shrink: true}}}
	t.Rows = func(yield func([]output.Cell) bool) {
		for _, suspect := range v.Nodes {
			if !yield(v.row(suspect)) {
				return
			}
		}
	}
	return t.Write(s)
}

func (v Suspects) row(s Suspect) []output.Cell {
	state, since, lease, fenced, stuck := s.State, "", "", "no", "nothing"
	if state == string(inspect.NodeUnknown) {
		state = "unreachable" // the word of ls
	}
	if !s.Since.IsZero() {
		since = output.Age(v.Now, s.Since)
	}
	if !s.LeaseRenewed.IsZero() {
		lease = "renewed " + output.Age(v.Now, s.LeaseRenewed) + " ago"
	}
	if s.Fenced {
		fenced = "yes"
	}
	if len(s.Stuck) > 0 {
		stuck = fmt.Sprintf("%d: %s", len(s.Stuck), strings.Join(s.Stuck, ", "))
	}
	return []output.Cell{{Text: s.Node}, {Text: state, Style: output.Bad}, {Text: since}, {Text: lease}, {Text: fenced}, {Text: strconv.Itoa(s.Volumes)}, {Text: stuck}}
}
