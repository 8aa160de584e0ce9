package planner

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// A Node that has lost the label by which volumes find it: nothing has died, and what is stuck needs the label, not another node.

// unlabeled is what no Pod can use since the labels of a Node are not what volumes ask for.
type unlabeled struct {
	claims []string
	told   []fact.Fact
}

// homelessKey is where an Index keeps what homeless found.
type homelessKey struct{}

// homeless are the claims that no Pod can use as the Nodes are labeled, by the names of those that have or may have their data. They are found
// once for an Index.
func homeless(ix *inspect.Index) map[string]unlabeled {
	found, _ := ix.Derived(homelessKey{}, func() any { return findHomeless(ix) }).(map[string]unlabeled)
	return found
}

func findHomeless(ix *inspect.Index) map[string]unlabeled {
	out := map[string]unlabeled{}
	for _, v := range ix.LocalVolumes() {
		home := ix.HomeOf(v)
		if home.State != inspect.HomeUnknown {
			continue
		}
		c := ix.ClaimOf(v)
		if c == nil || c.Spec.VolumeName != v.Name {
			continue
		}
		told, site := fact.New("ClaimWithoutHome", "claim", drain.ClaimObject(c), "volume", v.Name, "why", home.Why), ix.DataOn(v)
		for _, name := range slices.Concat(site.Nodes, site.Perhaps) {
			l := out[name]
			out[name] = unlabeled{append(l.claims, c.Namespace+"/"+c.Name), append(l.told, told)}
		}
	}
	return out
}

// mayBeANode blocks for a host that volumes name and no Node is, while one that is there may be it, and reports whether that is so.
func (p *recoverPlanner) mayBeANode(host string) bool {
	var nodes []string
	if len(p.ix.MachineOf(host).Names) > 0 {
		return false
	}
	for _, v := range p.ix.LocalVolumes() {
		home := p.ix.HomeOf(v)
		if home.State != inspect.HomeUnknown || !slices.Contains(home.Hosts, host) {
			continue
		}
		there := slices.DeleteFunc(p.ix.DataOn(v).Perhaps, func(name string) bool { return p.ix.Node(name) == nil })
		if len(there) == 0 {
			continue
		}
		nodes = append(nodes, there...)
		claim := ""
		if c := p.ix.ClaimOf(v); c != nil {
			claim = c.Namespace + "/" + c.Name
		}
		p.block(drain.BlockedAlive, "", fact.New("HostMayBeANode", "host", host, "volume", v.Name, "claim", claim, "why", home.Why))
	}
	if len(nodes) == 0 {
		return false
	}
	slices.Sort(nodes)
	p.plan.Evidence = append(p.plan.Evidence, liveness.Evidence{Node: host, State: liveness.Unproven,
		Seen: []fact.Fact{fact.New("SeenPerhapsANode", "nodes", slices.Compact(nodes))}})
	return true
}
