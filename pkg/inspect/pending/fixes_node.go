package pending

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"

	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// nodeCandidates are changes of single Nodes that a refusing plugin suggests. A Node that two plugins besides
// VolumeBinding refuse needs more than one change, so it is left; Nodes that only the one plugin refuses come first.
func (q *inquiry) nodeCandidates() []candidate {
	var out []candidate
	alike := map[string]int{}
	for _, volumesToo := range []bool{false, true} {
		for _, nv := range q.verdict.Nodes {
			r, ok := soleRefusal(nv, volumesToo)
			node := q.ix.Node(nv.Node)
			if !ok || node == nil || alike[r.Plugin] >= 2*maxAlike {
				continue
			}
			if cs := q.nodeCandidate(node, r); len(cs) > 0 {
				alike[r.Plugin]++
				out = append(out, cs...)
			}
		}
	}
	return out
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

func (q *inquiry) nodeCandidate(node *corev1.Node, r inspect.Refusal) []candidate {
	switch r.Plugin {
	case "NodeUnschedulable":
		return []candidate{q.uncordon(node)}
	case "TaintToleration":
		return q.againstTaint(node)
	case "NodeResourcesFit":
		return q.freeResources(node, r)
	}
	return nil
}

func (q *inquiry) uncordon(node *corev1.Node) candidate {
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

// againstTaint offers what can be done about the first taint in the way: a Node that is down has to come back; a
// taint of an admin's can be taken off or tolerated.
func (q *inquiry) againstTaint(node *corev1.Node) []candidate {
	taint, ok := inspect.UntoleratedTaint(q.pod, node)
	switch {
	case !ok || taint.Key == corev1.TaintNodeUnschedulable:
		return nil
	case taint.Key == corev1.TaintNodeUnreachable || taint.Key == corev1.TaintNodeNotReady:
		return []candidate{q.nodeBack(node)}
	case conditionTaint(taint.Key):
		return nil
	default:
		return []candidate{q.untaint(node, taint), q.tolerate(taint)}
	}
}

// conditionTaint tells the taints that a controller keeps on a Node for as long as something is the case: a condition of
// the Node's, or that it is about to be deleted. Taking such a taint off cures nothing, and a Pod that tolerates it comes
// to a Node that does not work or goes away.
func conditionTaint(key string) bool {
	switch key {
	case "ToBeDeletedByClusterAutoscaler", "DeletionCandidateOfClusterAutoscaler", "karpenter.sh/disrupted", "karpenter.sh/disruption":
		return true
	}
	return strings.HasPrefix(key, "node.kubernetes.io/") || strings.HasPrefix(key, "node.cloudprovider.kubernetes.io/")
}

// nodeBack is the Node as it was before it became unreachable.
func (q *inquiry) nodeBack(node *corev1.Node) candidate {
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

func (q *inquiry) untaint(node *corev1.Node, taint corev1.Taint) candidate {
	n := node.DeepCopy()
	n.Spec.Taints = withoutTaint(n.Spec.Taints, taint)
	return candidate{
		fix: Fix{
			ID:       fmt.Sprintf("untaint-%s-%s", node.Name, slug(taint.Key)),
			Titles:   []fact.Fact{fact.New("RemoveTaint", "taint", taint.ToString(), "node", node.Name)},
			Commands: []fact.Command{fact.Kubectl("taint", "node", node.Name, fmt.Sprintf("%s:%s-", taint.Key, taint.Effect))},
			Risk:     RiskLow,
			Notes:    []fact.Fact{fact.New("OtherPodsCome"), fact.New("TaintHasReason")},
		},
		change: setting(n), node: node.Name,
	}
}

// tolerate adds a toleration to the Pod as it stands: the API server accepts additions to a living Pod's
// tolerations (core validation: ValidatePodUpdate).
func (q *inquiry) tolerate(taint corev1.Taint) candidate {
	tol := corev1.Toleration{Key: taint.Key, Operator: corev1.TolerationOpEqual, Value: taint.Value, Effect: taint.Effect}
	p := q.pod.DeepCopy()
	p.Spec.Tolerations = append(p.Spec.Tolerations, tol)
	path, open, shut := "/spec/tolerations/-", "", ""
	if len(q.pod.Spec.Tolerations) == 0 {
		path, open, shut = "/spec/tolerations", "[", "]"
	}
	//nolint:gocritic // %q quotes as Go does, and this is JSON
	patch := fmt.Sprintf(`[{"op":"add","path":"%s","value":%s{"key":"%s","operator":"Equal","value":"%s","effect":"%s"}%s}]`,
		path, open, tol.Key, tol.Value, tol.Effect, shut)
	return candidate{
		fix: Fix{
			ID:       q.tolerateID(taint),
			Titles:   []fact.Fact{fact.New("TolerateTaint", "taint", taint.ToString(), "pod", q.pod.Name)},
			Commands: []fact.Command{fact.Kubectl("patch", "pod", q.pod.Name).In(q.pod.Namespace).With("--type=json", "-p", patch)},
			Risk:     RiskLow,
			Notes:    q.tolerationNotes(),
		},
		pod: p,
	}
}

// tolerationNotes warn that an owner creates the replacement Pod without a toleration that is added to this one.
func (q *inquiry) tolerationNotes() []fact.Fact {
	owner := q.ix.OwnerOf(q.pod)
	if owner.None() {
		return nil
	}
	return []fact.Fact{fact.New("PodTemplateTolerates", "owner", owner)}
}

// tolerateID names a toleration by the taint's key. The second taint of that key, with another value or effect, is named
// by these as well: what has one name is tried once.
func (q *inquiry) tolerateID(t corev1.Taint) string {
	if q.tolerated == nil {
		q.tolerated = map[string]corev1.Taint{}
	}
	short := "tolerate-" + slug(t.Key)
	long := strings.ToLower(fmt.Sprintf("%s-%s-%s", short, slug(t.Value), t.Effect))
	for n := 1; ; n++ {
		id := short
		switch n {
		case 1:
		case 2:
			id = long
		default:
			id = fmt.Sprintf("%s-%d", long, n)
		}
		if have, taken := q.tolerated[id]; !taken || have.Key == t.Key && have.Value == t.Value && have.Effect == t.Effect {
			q.tolerated[id] = t
			return id
		}
	}
}

// freeResources asks for what is lacking: more room on the Node, or a smaller request where one container's can
// simply be lowered to what is free.
func (q *inquiry) freeResources(node *corev1.Node, r inspect.Refusal) []candidate {
	if r.Code == inspect.CodeUnresolvable {
		return nil // the Pod asks for more than the Node has in all
	}
	n := node.DeepCopy()
	var resources, lacks []string
	for _, reason := range r.Reasons {
		name, ok := strings.CutPrefix(reason, "Insufficient ")
		if !ok {
			return nil
		}
		lack, ok := lacking(q.ix, q.pod, node, corev1.ResourceName(name))
		if !ok {
			return nil
		}
		total := n.Status.Allocatable[corev1.ResourceName(name)]
		total.Add(lack)
		n.Status.Allocatable[corev1.ResourceName(name)] = total
		resources, lacks = append(resources, name), append(lacks, lack.String())
	}
	fix := Fix{ID: "free-" + node.Name, Titles: []fact.Fact{fact.New("FreeResources", "node", node.Name, "resources", resources, "lacks", lacks)}, Risk: RiskLow}
	for _, name := range resources {
		if largest, count := largestPods(q.ix, node.Name, corev1.ResourceName(name)); count > 0 {
			fix.Notes = append(fix.Notes, fact.New("LargestPods", "pods", largest, "count", count))
		}
	}
	return []candidate{{
		fix:    fix,
		change: setting(n), node: node.Name,
	}}
}

// lacking is by how much a Pod's request exceeds what is free on a Node.
func lacking(ix *inspect.Index, pod *corev1.Pod, node *corev1.Node, name corev1.ResourceName) (resource.Quantity, bool) {
	ask := podRequest(pod, name)
	left := node.Status.Allocatable[name].DeepCopy()
	for _, p := range podsOn(ix, node.Name) {
		left.Sub(podRequest(p, name))
	}
	ask.Sub(left)
	return ask, ask.Sign() > 0
}

func withoutTaint(taints []corev1.Taint, t corev1.Taint) []corev1.Taint {
	var out []corev1.Taint
	for _, have := range taints {
		if !have.MatchTaint(&t) {
			out = append(out, have)
		}
	}
	return out
}
