package fix

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// nodeCandidates are changes of single Nodes that a refusing plugin suggests. A Node that two plugins besides
// VolumeBinding refuse needs more than one change, so it is left; Nodes that only the one plugin refuses come first.
func nodeCandidates(e evidence.Evidence) []candidate {
	var out []candidate
	ids, alike := tolerationIDs{}, map[string]int{}
	for _, volumesToo := range []bool{false, true} {
		for _, nv := range e.Verdict.Nodes {
			r, ok := soleRefusal(nv, volumesToo)
			node := e.Index.Node(nv.Node)
			if !ok || node == nil || alike[r.Plugin] >= 2*maxAlike {
				continue
			}
			if cs := nodeCandidate(e, ids, node, r); len(cs) > 0 {
				alike[r.Plugin]++
				out = append(out, cs...)
			}
		}
	}
	return out
}

// nodeCandidate is what may end a plugin's refusal of a Node.
func nodeCandidate(e evidence.Evidence, ids tolerationIDs, node *corev1.Node, r inspect.Refusal) []candidate {
	switch r.Plugin {
	case "NodeUnschedulable":
		return []candidate{uncordon(node)}
	case "TaintToleration":
		return againstTaint(e, ids, node)
	case "NodeResourcesFit":
		return freeResources(e, node, r)
	}
	return nil
}

// uncordon lets the Node take Pods again.
func uncordon(node *corev1.Node) candidate {
	n := node.DeepCopy()
	n.Spec.Unschedulable = false
	n.Spec.Taints = withoutTaint(n.Spec.Taints, corev1.Taint{Key: corev1.TaintNodeUnschedulable, Effect: corev1.TaintEffectNoSchedule})
	return candidate{
		fix: Fix{
			ID:       "uncordon-" + node.Name,
			Titles:   []fact.Fact{fact.New("Uncordon", "node", node.Name)},
			Commands: []fact.Command{fact.Kubectl("uncordon", node.Name)},
			Risk:     RiskLow,
			Notes:    []fact.Fact{fact.New("OtherPodsCome")},
		},
		change: setting(n), node: node.Name,
	}
}

// nodeBack is the Node as it was before it became unreachable.
func nodeBack(node *corev1.Node) candidate {
	n := node.DeepCopy()
	var kept []corev1.Taint
	for _, t := range n.Spec.Taints {
		if t.Key != corev1.TaintNodeUnreachable && t.Key != corev1.TaintNodeNotReady {
			kept = append(kept, t)
		}
	}
	n.Spec.Taints = kept
	return candidate{
		fix:    Fix{ID: "node-back-" + node.Name, Titles: []fact.Fact{fact.New("NodeComesBack", "node", node.Name)}, Risk: RiskNone},
		change: setting(n), node: node.Name,
	}
}
