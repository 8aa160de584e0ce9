package pending

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// refusalWay is what some Nodes refuse the Pod for.
type refusalWay struct {
	why   []fact.Fact
	nodes []string
}

// refusalWays collects them.
type refusalWays struct {
	ways  []refusalWay
	place map[string]int // by what is told
}

// add notes why a Node refuses the Pod.
func (w *refusalWays) add(node string, why []fact.Fact) {
	key := ""
	for _, f := range why {
		key += f.String() + "\n"
	}
	i, ok := w.place[key]
	if !ok {
		i = len(w.ways)
		w.ways = append(w.ways, refusalWay{why: why})
		if w.place == nil {
			w.place = map[string]int{}
		}
		w.place[key] = i
	}
	w.ways[i].nodes = append(w.ways[i].nodes, node)
}

// sorted are the ways in which most Nodes refuse the Pod first. Of too many the last are counted: more.
func (w *refusalWays) sorted() (told []refusalWay, more int) {
	slices.SortStableFunc(w.ways, func(a, b refusalWay) int { return len(b.nodes) - len(a.nodes) })
	if len(w.ways) > maxTold {
		return w.ways[:maxTold-1], len(w.ways) - maxTold + 1
	}
	return w.ways, 0
}
