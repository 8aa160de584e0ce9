package drain

import (
	"fmt"
	"slices"
)

// Members are the Pods that a Plan moves, each once, in order.
func (p *Plan) Members() []string {
	var names []string
	for _, m := range p.Moves {
		if !slices.Contains(names, m.Member) {
			names = append(names, m.Member)
		}
	}
	return names
}

// where is a volume of a Move with its node: "local-pv-1-0 (node-1)".
func where(volume, node string) string {
	if node == "" {
		return volume
	}
	return fmt.Sprintf("%s (%s)", volume, node)
}

// Before is what the claim has now.
func (m Move) Before() string { return where(m.From, m.FromNode) }

// After is what the claim will have, in words.
func (m Move) After() string {
	switch {
	case m.Stays:
		return "waits for " + m.FromNode
	case m.To != "":
		return where(m.To, m.ToNode)
	case m.ToNode != "":
		return "a new volume (" + m.ToNode + ")"
	}
	return "nowhere"
}
