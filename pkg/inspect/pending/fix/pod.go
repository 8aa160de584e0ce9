package fix

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// withoutNodeName lets the scheduler place a Pod that named its node itself: on the same node, through a selector.
func withoutNodeName(e evidence.Evidence) []candidate {
	node := e.Index.Node(e.Pod.Spec.NodeName)
	if node == nil {
		return nil
	}
	host, ok := node.Labels[corev1.LabelHostname]
	if !ok {
		return nil
	}
	p := inspect.StripPod(e.Pod)
	p.Spec.NodeName = ""
	if p.Spec.NodeSelector == nil {
		p.Spec.NodeSelector = map[string]string{}
	}
	p.Spec.NodeSelector[corev1.LabelHostname] = host
	text, err := inspect.Manifest(p)
	if err != nil {
		return nil
	}
	fix := Fix{
		ID:     "selector-" + e.Pod.Name,
		Titles: []fact.Fact{fact.New("SelectNode", "pod", e.Pod.Name, "label", corev1.LabelHostname, "value", host)},
		Risk:   RiskRecreate, Manifest: text,
		Commands: []fact.Command{printFix(e.Question).To(replacing())},
	}
	if owner := e.Index.OwnerOf(e.Pod); !owner.None() {
		fix.Commands, fix.Notes = nil, []fact.Fact{fact.New("PodTemplateSelectsNode", "owner", owner)}
	}
	return []candidate{{fix: fix, pod: p, node: node.Name}}
}
