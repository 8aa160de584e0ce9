package fix

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// againstTaint offers what can be done about the first taint in the way: a Node that is down has to come back; a
// taint of an admin's can be taken off or tolerated.
func againstTaint(e evidence.Evidence, ids tolerationIDs, node *corev1.Node) []candidate {
	taint, ok := inspect.UntoleratedTaint(e.Pod, node)
	switch {
	case !ok || taint.Key == corev1.TaintNodeUnschedulable:
		return nil
	case taint.Key == corev1.TaintNodeUnreachable || taint.Key == corev1.TaintNodeNotReady:
		return []candidate{nodeBack(node)}
	case taint.Key == corev1.TaintNodeOutOfService:
		return leftFenced(node, taint)
	case conditionTaint(taint.Key):
		return nil
	default:
		return []candidate{untaint(node, taint), tolerate(e, ids, taint)}
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

// leftFenced takes the taint off that says that a Node is powered off, which no controller does: of a Node whose kubelet reports that it is
// Ready. A Pod that tolerated it would be deleted with the next one that is fenced.
func leftFenced(node *corev1.Node, taint corev1.Taint) []candidate {
	if condition, _ := inspect.ConditionOf(node); condition != inspect.NodeReady {
		return nil
	}
	return []candidate{untaint(node, taint)}
}

// untaint takes a taint off the Node.
func untaint(node *corev1.Node, taint corev1.Taint) candidate {
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
func tolerate(e evidence.Evidence, ids tolerationIDs, taint corev1.Taint) candidate {
	tol := corev1.Toleration{Key: taint.Key, Operator: corev1.TolerationOpEqual, Value: taint.Value, Effect: taint.Effect}
	p := e.Pod.DeepCopy()
	p.Spec.Tolerations = append(p.Spec.Tolerations, tol)
	path, open, shut := "/spec/tolerations/-", "", ""
	if len(e.Pod.Spec.Tolerations) == 0 {
		path, open, shut = "/spec/tolerations", "[", "]"
	}
	//nolint:gocritic // %q quotes as Go does, and this is JSON
	patch := fmt.Sprintf(`[{"op":"add","path":"%s","value":%s{"key":"%s","operator":"Equal","value":"%s","effect":"%s"}%s}]`,
		path, open, tol.Key, tol.Value, tol.Effect, shut)
	return candidate{
		fix: Fix{
			ID:       ids.of(taint),
			Titles:   []fact.Fact{fact.New("TolerateTaint", "taint", taint.ToString(), "pod", e.Pod.Name)},
			Commands: []fact.Command{fact.Kubectl("patch", "pod", e.Pod.Name).In(e.Pod.Namespace).With("--type=json", "-p", patch)},
			Risk:     RiskLow,
			Notes:    tolerationNotes(e),
		},
		pod: p,
	}
}

// tolerationNotes warn that an owner creates the replacement Pod without a toleration that is added to this one.
func tolerationNotes(e evidence.Evidence) []fact.Fact {
	owner := e.Index.OwnerOf(e.Pod)
	if owner.None() {
		return nil
	}
	return []fact.Fact{fact.New("PodTemplateTolerates", "owner", owner)}
}

// tolerationIDs are the IDs that tolerations have been given, with the taint of each.
type tolerationIDs map[string]corev1.Taint

// of names a toleration by the taint's key. The second taint of that key, with another value or effect, is named
// by these as well: what has one name is tried once.
func (ids tolerationIDs) of(t corev1.Taint) string {
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
		if have, taken := ids[id]; !taken || have.Key == t.Key && have.Value == t.Value && have.Effect == t.Effect {
			ids[id] = t
			return id
		}
	}
}

// withoutTaint are taints but for one.
func withoutTaint(taints []corev1.Taint, t corev1.Taint) []corev1.Taint {
	var out []corev1.Taint
	for _, have := range taints {
		if !have.MatchTaint(&t) {
			out = append(out, have)
		}
	}
	return out
}
