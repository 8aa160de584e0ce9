package pending

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"

	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// nodesCause is for claims that are fine, each by itself.
func (q *inquiry) nodesCause() Cause {
	var withVolumes, without []string
	volumesWouldDo := false
	for _, n := range q.verdict.Nodes {
		if _, refused := n.Refused(inspect.PluginVolumeBinding); refused {
			without = append(without, n.Node)
			volumesWouldDo = volumesWouldDo || otherwiseFits(n)
		} else {
			withVolumes = append(withVolumes, n.Node)
		}
	}
	switch {
	case len(without) == 0:
		parts, more := q.firstRefusals()
		return Cause{CauseNotVolumes, fact.New("NodesRefuse", "about", q.about, "parts", parts, "more", more)}
	case len(withVolumes) == 0:
		return Cause{CauseCode(inspect.NoMatchingVolume), fact.New("NoNodeForAllClaims", "about", q.about)}
	case !volumesWouldDo:
		return Cause{CauseNotVolumes, fact.New("VolumesDoNotMatter", "about", q.about, "why", q.withVolumes(withVolumes))}
	default:
		return Cause{CauseVolumesAndNodes, fact.New("VolumesAndNodesApart", "about", q.about, "why", q.withVolumes(withVolumes), "others", len(without))}
	}
}

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

// withVolumes says why the Nodes that have volumes for the Pod refuse it, by name where they differ: what is true of one
// must not be read as true of all.
func (q *inquiry) withVolumes(nodes []string) fact.Fact {
	var all refusalWays
	for _, node := range nodes {
		nv, _ := q.nodeVerdict(node)
		all.add(node, q.refusals(nv))
	}
	ways, more := all.sorted()
	if len(ways) == 1 {
		why := ways[0].why
		if len(why) == 1 && why[0].Code == "NodeCordoned" {
			return fact.New("NodesWithVolumesCordoned", "nodes", some(nodes), "count", len(nodes))
		}
		return fact.New("NodesWithVolumesRefuse", "nodes", some(nodes), "count", len(nodes), "why", why)
	}
	told := make([]fact.Fact, 0, len(ways))
	for _, way := range ways {
		told = append(told, fact.New("NodesRefuseFor", "nodes", some(way.nodes), "count", len(way.nodes), "why", way.why))
	}
	return fact.New("NodesWithVolumesRefuseInWays", "nodes", some(nodes), "count", len(nodes), "ways", told, "more", more)
}

// firstRefusals counts the Nodes by their first refusal, as the scheduler counts, and what is not told of it.
func (q *inquiry) firstRefusals() (told []fact.Fact, more int) {
	var all refusalWays
	for _, n := range q.verdict.Nodes {
		if len(n.Refusals) > 0 {
			all.add(n.Node, refusalFacts(q.ix, q.pod, q.ix.Node(n.Node), n.Refusals[0]))
		}
	}
	ways, more := all.sorted()
	for _, way := range ways {
		told = append(told, fact.New("NodesRefusing", "count", len(way.nodes), "why", way.why))
	}
	return told, more
}
