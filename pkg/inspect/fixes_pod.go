package inspect

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
)

// withoutNodeName lets the scheduler place a Pod that named its node itself: on the same node, through a selector.
func (q *inquiry) withoutNodeName() []candidate {
	node := q.ix.Node(q.pod.Spec.NodeName)
	if node == nil {
		return nil
	}
	host, ok := node.Labels[corev1.LabelHostname]
	if !ok {
		return nil
	}
	p := StripPod(q.pod)
	p.Spec.NodeName = ""
	if p.Spec.NodeSelector == nil {
		p.Spec.NodeSelector = map[string]string{}
	}
	p.Spec.NodeSelector[corev1.LabelHostname] = host
	text, err := Manifest(p)
	if err != nil {
		return nil
	}
	id := "selector-" + q.pod.Name
	fix := Fix{
		ID: id, Title: fmt.Sprintf("Pod %s with nodeSelector %s=%s instead of spec.nodeName", q.pod.Name, corev1.LabelHostname, host),
		Risk: RiskRecreate, Manifest: text,
		Commands: []string{q.printFix(id) + " | kubectl replace --force -f -"},
	}
	if owner := q.ix.OwnerOf(q.pod); !owner.None() {
		fix.Commands, fix.Note = nil, q.templateNote("that")
	}
	return []candidate{{fix: fix, pod: p, node: node.Name}}
}
