package pending

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// nodesCause is for claims that are fine, each by itself.
func nodesCause(e evidence.Evidence) Cause {
	var withVolumes, without []string
	volumesWouldDo := false
	for _, n := range e.Verdict.Nodes {
		if _, refused := n.Refused(inspect.PluginVolumeBinding); refused {
			without = append(without, n.Node)
			volumesWouldDo = volumesWouldDo || evidence.OtherwiseFits(n)
		} else {
			withVolumes = append(withVolumes, n.Node)
		}
	}
	switch {
	case len(without) == 0:
		parts, more := firstRefusals(e)
		return Cause{CauseNotVolumes, fact.New("NodesRefuse", "about", e.About, "parts", parts, "more", more)}
	case len(withVolumes) == 0:
		return Cause{CauseCode(inspect.NoMatchingVolume), fact.New("NoNodeForAllClaims", "about", e.About)}
	case !volumesWouldDo:
		return Cause{CauseNotVolumes, fact.New("VolumesDoNotMatter", "about", e.About, "why", whyWithVolumes(e, withVolumes))}
	default:
		return Cause{CauseVolumesAndNodes, fact.New("VolumesAndNodesApart", "about", e.About, "why", whyWithVolumes(e, withVolumes), "others", len(without))}
	}
}

// whyWithVolumes says why the Nodes that have volumes for the Pod refuse it, by name where they differ: what is true of one
// must not be read as true of all.
func whyWithVolumes(e evidence.Evidence, nodes []string) fact.Fact {
	var all refusalWays
	for _, node := range nodes {
		nv, _ := e.NodeVerdict(node)
		all.add(node, whyRefused(e, nv))
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
func firstRefusals(e evidence.Evidence) (told []fact.Fact, more int) {
	var all refusalWays
	for _, n := range e.Verdict.Nodes {
		if len(n.Refusals) > 0 {
			all.add(n.Node, refusalFacts(e.Index, e.Pod, e.Index.Node(n.Node), n.Refusals[0]))
		}
	}
	ways, more := all.sorted()
	for _, way := range ways {
		told = append(told, fact.New("NodesRefusing", "count", len(way.nodes), "why", way.why))
	}
	return told, more
}
