package fix

import (
	"iter"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// nearby are the near misses of a Pod's claims, with how nearly their Nodes would take the Pod.
type nearby struct {
	ix *inspect.Index
	// misses are by the name of the claim.
	misses map[string][]match.NearMiss
	// inTheWay are the obstacles on each Node.
	inTheWay map[string]int
}

// Obstacles of a Node: what refuses the Pod there besides volumes.
const (
	noObstacle = iota
	oneObstacle
	// manyObstacles may be one that cannot be cured.
	manyObstacles
)

// findNear goes through all volumes, once for each unbound claim.
func findNear(e evidence.Evidence) nearby {
	n := nearby{ix: e.Index, misses: make(map[string][]match.NearMiss, len(e.Uses)), inTheWay: make(map[string]int, len(e.Verdict.Nodes))}
	for _, u := range e.Uses {
		if u.Matcher != nil {
			n.misses[u.Name] = u.Matcher.NearMisses()
		}
	}
	for _, nv := range e.Verdict.Nodes {
		n.inTheWay[nv.Node] = obstacles(nv)
	}
	return n
}

// obstacles counts what refuses the Pod on a Node besides volumes: nothing, one plugin that can be cured, or more.
func obstacles(nv inspect.NodeVerdict) int {
	if evidence.OtherwiseFits(nv) {
		return noObstacle
	}
	for _, volumesToo := range []bool{true, false} {
		if r, sole := soleRefusal(nv, volumesToo); sole && curable(r.Plugin) {
			return oneObstacle
		}
	}
	return manyObstacles
}

// soleRefusal is the one refusal of a Node besides VolumeBinding's, given whether that one refuses as well.
func soleRefusal(nv inspect.NodeVerdict, volumesToo bool) (inspect.Refusal, bool) {
	var sole []inspect.Refusal
	for _, r := range nv.Refusals {
		if r.Plugin != inspect.PluginVolumeBinding {
			sole = append(sole, r)
		}
	}
	if len(sole) != 1 || (len(nv.Refusals) == 2) != volumesToo {
		// Cordoning a Node taints it as well, so two plugins refuse it for one reason.
		if len(sole) == 2 && sole[0].Plugin == "NodeUnschedulable" && sole[1].Plugin == "TaintToleration" && (len(nv.Refusals) == 3) == volumesToo {
			return sole[0], true
		}
		return inspect.Refusal{}, false
	}
	return sole[0], true
}

// curable reports whether a change of the Node may end a plugin's refusal. A Node that the Pod itself does not want, by
// its affinity for example, is none that it nearly fits.
func curable(plugin string) bool {
	return plugin == "NodeUnschedulable" || plugin == "TaintToleration" || plugin == "NodeResourcesFit"
}

// ofAll are those of all claims, in their order.
func (n nearby) ofAll(uses []evidence.ClaimUse) []match.NearMiss {
	all := []match.NearMiss{}
	for _, u := range uses {
		all = slices.AppendSeq(slices.Grow(all, len(n.misses[u.Name])), n.of(u.Name))
	}
	return all
}

// of goes through the near misses of a claim by one of the codes whose volume is on a Node that would otherwise take the
// Pod; if there are none, those on a Node that refuses it for one reason, which another change may cure.
func (n nearby) of(claim string, codes ...inspect.VolumeCode) iter.Seq[match.NearMiss] {
	all := n.misses[claim]
	return func(yield func(match.NearMiss) bool) {
		for _, allowed := range []int{noObstacle, oneObstacle} {
			some := false
			for i := range all {
				if len(codes) > 0 && !slices.Contains(codes, all[i].Code) || n.least(n.ix.Volume(all[i].Volume)) != allowed {
					continue
				}
				some = true
				if !yield(all[i]) {
					return
				}
			}
			if some {
				return
			}
		}
	}
}

// least are the obstacles on that Node with the data of a volume which has the fewest.
func (n nearby) least(v *corev1.PersistentVolume) int {
	if inspect.AnyNode(v) {
		return noObstacle
	}
	least := manyObstacles
	for _, node := range siteNodes(n.ix, v) {
		if count, asked := n.inTheWay[node]; asked {
			least = min(least, count)
		}
	}
	return least
}
