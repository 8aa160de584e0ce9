package output

import "slices"

// Suspect is a node that looks dead.
type Suspect struct{ Node, State, Since, Lease, Fenced, Volumes, Stuck string }

// Suspects is the table of the nodes that look dead.
func Suspects(list []Suspect) Table {
	t := Table{Columns: []Column{{Name: "NODE"}, {Name: "STATE"}, {Name: "SINCE"}, {Name: "LEASE"}, {Name: "FENCED"}, {Name: "VOLUMES"}, {Name: "STUCK", Shrink: true}}}
	t.Rows = func(yield func([]Cell) bool) {
		for _, s := range list {
			if !yield([]Cell{{Text: s.Node}, {s.State, Bad}, {Text: s.Since}, {Text: s.Lease}, {Text: s.Fenced}, {Text: s.Volumes}, {Text: s.Stuck}}) {
				return
			}
		}
	}
	return t
}

// PlanMove is where one claim of a member goes.
type PlanMove struct{ Member, Before, After, Peers string }

// moves is the table of where members go. Nothing in it is shortened: where a line is too long, it goes on in further
// ones.
func (p *page) moves(s Streams, moves []PlanMove) error {
	if len(moves) == 0 {
		return nil
	}
	t := Table{Columns: []Column{{Name: "MEMBER"}, {Name: "NOW"}, {Name: "THEN"}, {Name: "PEERS"}}, Folds: []int{3, 1, 2}}
	columns := len(t.Columns)
	if !slices.ContainsFunc(moves, func(m PlanMove) bool { return m.Peers != "" }) {
		columns--
	}
	t.Columns = t.Columns[:columns]
	t.Rows = func(yield func([]Cell) bool) {
		for _, m := range moves {
			after := Cell{Text: m.After}
			if m.After == "nowhere" {
				after.Style = Bad
			}
			if !yield([]Cell{{Text: m.Member}, {Text: m.Before}, after, {Text: m.Peers}}[:columns]) {
				return
			}
		}
	}
	s.Out = &p.b
	return t.Write(s)
}
