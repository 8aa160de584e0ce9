package inspect

import (
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// terms are the ORed terms of a volume's required node affinity.
func terms(v *corev1.PersistentVolume) []corev1.NodeSelectorTerm {
	if AnyNode(v) {
		return nil
	}
	return v.Spec.NodeAffinity.Required.NodeSelectorTerms
}

// hostPin returns the requirement by which a term pins a volume to named hosts: kubernetes.io/hostname In
// before any other key that is not of a wider topology.
func hostPin(t corev1.NodeSelectorTerm) (corev1.NodeSelectorRequirement, bool) {
	var other *corev1.NodeSelectorRequirement
	for i, e := range t.MatchExpressions {
		if e.Operator != corev1.NodeSelectorOpIn || len(e.Values) == 0 || wide(e.Key) {
			continue
		}
		if e.Key == corev1.LabelHostname {
			return e, true
		}
		if other == nil {
			other = &t.MatchExpressions[i]
		}
	}
	if other == nil {
		return corev1.NodeSelectorRequirement{}, false
	}
	return *other, true
}

// wide reports whether a label is one that many Nodes share: a well-known one, or a CSI driver's own zone or region,
// such as topology.ebs.csi.aws.com/zone or topology.csi.vmware.com/k8s-region. Where each zone has a single Node,
// nothing else tells a network disk of that zone from a local one.
func wide(key string) bool {
	switch key {
	case corev1.LabelOSStable, corev1.LabelArchStable, corev1.LabelInstanceTypeStable, corev1.LabelInstanceType,
		"beta.kubernetes.io/os", "beta.kubernetes.io/arch":
		return true
	}
	name := strings.ToLower(key[strings.LastIndexByte(key, '/')+1:])
	return strings.HasSuffix(name, "zone") || strings.HasSuffix(name, "region") || name == "location"
}

// hosts are the values of all host pins of a volume, sorted.
func hosts(v *corev1.PersistentVolume) []string {
	var out []string
	for _, t := range terms(v) {
		if pin, ok := hostPin(t); ok {
			out = append(out, pin.Values...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// fingerprint is equal for equal selectors.
func fingerprint(s *corev1.NodeSelector) string {
	var b strings.Builder
	write := func(kind byte, reqs []corev1.NodeSelectorRequirement) {
		for _, r := range reqs {
			b.WriteByte(kind)
			b.WriteString(strconv.Quote(r.Key))
			b.WriteByte(' ')
			b.WriteString(string(r.Operator))
			for _, value := range r.Values {
				b.WriteByte(' ')
				b.WriteString(strconv.Quote(value)) // keys and values may hold spaces; they then match nothing
			}
			b.WriteByte('\n')
		}
	}
	for _, t := range s.NodeSelectorTerms {
		b.WriteString("|\n")
		write('e', t.MatchExpressions)
		write('f', t.MatchFields)
	}
	return b.String()
}
