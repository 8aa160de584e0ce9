package generate

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// selector is a claim's label selector: usually none, else valid labels, expressions or both.
func selector(s Source) *metav1.LabelSelector {
	switch s.IntN(8) {
	case 7:
		return &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{labelRequirement(s)}}
	case 6:
		return &metav1.LabelSelector{
			MatchLabels:      map[string]string{"disk": pick(s, "ssd", "hdd")},
			MatchExpressions: []metav1.LabelSelectorRequirement{labelRequirement(s)},
		}
	case 5:
		return &metav1.LabelSelector{MatchLabels: map[string]string{"disk": "ssd"}}
	case 4:
		return &metav1.LabelSelector{}
	default:
		return nil
	}
}

func labelRequirement(s Source) metav1.LabelSelectorRequirement {
	r := metav1.LabelSelectorRequirement{Key: pick(s, "disk", "tier")}
	r.Operator = pick(s, metav1.LabelSelectorOpIn, metav1.LabelSelectorOpNotIn, metav1.LabelSelectorOpExists, metav1.LabelSelectorOpDoesNotExist)
	if r.Operator == metav1.LabelSelectorOpIn || r.Operator == metav1.LabelSelectorOpNotIn {
		r.Values = pick(s, []string{"ssd"}, []string{"ssd", "fast"}, []string{"hdd"})
	}
	return r
}

func volumeLabels(s Source) map[string]string {
	switch s.IntN(6) {
	case 5:
		return nil
	case 4:
		return map[string]string{"disk": "hdd", "tier": "slow"}
	case 3:
		return map[string]string{"disk": "ssd", "tier": "fast"}
	default:
		return map[string]string{"disk": "ssd"}
	}
}

// affinity is a volume's node affinity: usually the hostname of one Node, else none, several terms, any operator,
// fields, or terms that cannot be parsed.
func affinity(s Source, nodes []*corev1.Node) *corev1.VolumeNodeAffinity {
	host := nodes[s.IntN(len(nodes))].Name
	required := func(terms ...corev1.NodeSelectorTerm) *corev1.VolumeNodeAffinity {
		return &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: terms}}
	}
	onHost := inspecttest.Term(inspecttest.In(corev1.LabelHostname, host))
	switch s.IntN(12) {
	case 11:
		return nil
	case 10:
		return pick(s, &corev1.VolumeNodeAffinity{}, required(), required(corev1.NodeSelectorTerm{}))
	case 9:
		return required(nodeTerm(s, host), nodeTerm(s, host))
	case 8:
		return required(nodeTerm(s, host))
	case 7:
		onHost.MatchExpressions = append(onHost.MatchExpressions, nodeRequirement(s, host))
		return required(onHost)
	default:
		return required(onHost)
	}
}

func nodeTerm(s Source, host string) corev1.NodeSelectorTerm {
	t := inspecttest.Term(nodeRequirement(s, host))
	if rarely(s, 3) {
		t.MatchFields = []corev1.NodeSelectorRequirement{{
			Key: "metadata.name", Operator: pick(s, corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn, corev1.NodeSelectorOpExists),
			Values: pick(s, []string{host}, []string{"elsewhere"}, []string{host, "elsewhere"}),
		}}
		if rarely(s, 2) {
			t.MatchExpressions = nil
		}
	}
	return t
}

func nodeRequirement(s Source, host string) corev1.NodeSelectorRequirement {
	r := corev1.NodeSelectorRequirement{Key: pick(s, corev1.LabelHostname, "zone", "slots", "rare")}
	r.Operator = pick(s, corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn, corev1.NodeSelectorOpExists,
		corev1.NodeSelectorOpDoesNotExist, corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt, "Near")
	switch r.Operator {
	case corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt:
		r.Values = pick(s, []string{"3"}, []string{"x"})
	case corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn:
		r.Values = pick(s, []string{host}, []string{"a"}, []string{"a", "b"}, []string{"a b"}, []string{host, host}, nil)
	}
	return r
}
