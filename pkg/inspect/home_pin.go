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

// hostPin is the requirement by which a term pins a volume to hosts.
type hostPin struct {
	corev1.NodeSelectorRequirement
	// perHost says that the key is known to tell single hosts apart.
	perHost bool
}

// pin returns the requirement by which a term pins a volume to named hosts: kubernetes.io/hostname In before any other key that is
// known to tell hosts apart, and that before a key of which nothing is known, which may hold the same for all Nodes (DirectPV asks
// for directpv.min.io/identity beside directpv.min.io/node). Keys of a wider topology pin to no host.
func (f *homeFinder) pin(driver string, t corev1.NodeSelectorTerm) (pin hostPin, ok bool) {
	for _, e := range t.MatchExpressions {
		if e.Operator != corev1.NodeSelectorOpIn || len(e.Values) == 0 || wide(e.Key) {
			continue
		}
		if e.Key == corev1.LabelHostname {
			return hostPin{e, true}, true
		}
		if perHost := f.perHost(driver, e); !ok || perHost && !pin.perHost {
			pin, ok = hostPin{e, perHost}, true
		}
	}
	return pin, ok
}

// pinsHosts reports whether every one of the terms pins to hosts by a key that is known to tell them apart.
func (f *homeFinder) pinsHosts(driver string, all []corev1.NodeSelectorTerm) bool {
	return len(all) > 0 && !slices.ContainsFunc(all, func(t corev1.NodeSelectorTerm) bool {
		pin, ok := f.pin(driver, t)
		return !ok || !pin.perHost
	})
}

// pinnedHosts are the values of all host pins of a volume, sorted.
func (f *homeFinder) pinnedHosts(v *corev1.PersistentVolume) []string {
	var out []string
	for _, t := range terms(v) {
		if pin, ok := f.pin(driverOf(v), t); ok {
			out = append(out, pin.Values...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// wide reports whether a label is one that many Nodes share: a well-known one, or a CSI driver's own zone or region,
// such as topology.ebs.csi.aws.com/zone or topology.csi.vmware.com/k8s-region.
func wide(key string) bool {
	switch key {
	case corev1.LabelOSStable, corev1.LabelArchStable, corev1.LabelInstanceTypeStable, corev1.LabelInstanceType,
		"beta.kubernetes.io/os", "beta.kubernetes.io/arch":
		return true
	}
	name := strings.ToLower(key[strings.LastIndexByte(key, '/')+1:])
	return strings.HasSuffix(name, "zone") || strings.HasSuffix(name, "region") || name == "location"
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
