package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// forsakes says that the replacement Pod of a member leaves a claim of it alone, whatever becomes of that: its StatefulSet has other templates for claims
// now. It is nothing if the replacement Pod uses all of them. What can be done if that is meant is nothing if a flag allows it.
func (p *planner) forsakes(m *workload.Member, meant fact.Fact) fact.Fact {
	for _, pod := range m.Pods() {
		if workload.FinishedPod(pod) {
			continue
		}
		claims, next := workload.Forsaken(p.ix, pod)
		at := slices.IndexFunc(m.Claims, func(c workload.Claim) bool { return slices.Contains(claims, c.Manifest.Name) })
		if at >= 0 {
			return fact.New("NextPodForsakes", "owner", p.ix.OwnerOf(pod), "member", m.Key, "claim", m.Claims[at].Object(), "next", next, "meant", meant)
		}
	}
	return fact.Fact{}
}

// left are the claims of a member that its replacement Pod leaves alone.
func (p *planner) left(m *workload.Member) []workload.Claim {
	var out []workload.Claim
	for _, pod := range m.Pods() {
		if workload.FinishedPod(pod) {
			continue
		}
		claims, _ := workload.Forsaken(p.ix, pod)
		for _, c := range m.Claims {
			if slices.Contains(claims, c.Manifest.Name) {
				out = append(out, c)
			}
		}
	}
	return out
}

// forsakesAll reports whether the replacement Pod of a member leaves all its claims alone, so that it does not wait for where they are.
func (p *planner) forsakesAll(m *workload.Member) bool {
	left := p.left(m)
	return len(left) > 0 && len(left) == len(m.Claims)
}

// namespaceGoes says that nobody recreates a member, nor its claims; nothing, if its namespace stays.
func (p *planner) namespaceGoes(m *workload.Member) fact.Fact {
	if !slices.ContainsFunc(p.ix.Namespaces, func(n *corev1.Namespace) bool { return n.Name == m.Key.Namespace && n.DeletionTimestamp != nil }) {
		return fact.Fact{}
	}
	return fact.New("NamespaceGoes", "namespace", m.Key.Namespace, "member", m.Key)
}
