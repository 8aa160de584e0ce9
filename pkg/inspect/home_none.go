package inspect

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// whyNone tells a missing home from an unknown one. Missing needs proof: every term pins a host, no Node carries
// that value under that key nor is called so, and no Node could be that host without saying so.
func (f *homeFinder) whyNone(v *corev1.PersistentVolume, found *foundHome) {
	found.home.State = HomeUnknown
	if len(terms(v)) == 0 {
		found.home.Why = fact.New("AffinityWithoutTerms")
		return
	}
	driver, none := driverOf(v), fact.Fact{}
	for _, t := range terms(v) {
		pin, ok := f.pin(driver, t)
		if !ok {
			found.home.Why = fact.New("AffinityWithoutHost")
			return
		}
		for _, n := range f.meant(driver, pin) {
			if why, lost := labelsDiffer(n, t, pin); found.named == nil {
				found.home.Why, found.lost = why, lost
			}
			found.named = append(found.named, n.Name)
		}
		why, nodes := f.whyUnproven(driver, pin)
		found.perhaps = append(found.perhaps, nodes...)
		if none.IsZero() {
			none = why
		}
	}
	switch {
	case len(found.named) > 0:
		found.perhaps = nil
		f.absent(v, found)
		slices.Sort(found.named)
		found.named = slices.Compact(found.named)
	case !none.IsZero():
		found.home.Why = none
	default:
		found.home.State = HomeMissing
	}
}

// meant are the Nodes that a pin means although the affinity does not match them: they carry the value, or are called so.
func (f *homeFinder) meant(driver string, pin hostPin) []*corev1.Node {
	var out []*corev1.Node
	for _, n := range f.nodes {
		if slices.ContainsFunc(pin.Values, func(host string) bool {
			return n.Labels[pin.Key] == host || f.hosts.called(n, driver, strings.TrimSpace(host)) // which makes no label value, and matches nothing
		}) {
			out = append(out, n)
		}
	}
	return out
}

// absent notes what a volume may mean besides the Nodes that it has or names: hosts that no Node is, and Nodes that may be those.
func (f *homeFinder) absent(v *corev1.PersistentVolume, found *foundHome) {
	driver := driverOf(v)
	for _, t := range terms(v) {
		pin, ok := f.pin(driver, t)
		if !ok || !pin.perHost {
			continue
		}
		for _, host := range pin.Values {
			one := pin
			one.Values = []string{host}
			if len(f.meant(driver, one)) > 0 {
				continue
			}
			_, nodes := f.whyUnproven(driver, one)
			found.perhaps = append(append(found.perhaps, host), nodes...)
		}
	}
}

// whyUnproven says why a pin that matches no Node may still mean one of them, zero if it cannot; and which, if that is known.
func (f *homeFinder) whyUnproven(driver string, pin hostPin) (why fact.Fact, nodes []string) {
	switch {
	case !pin.perHost:
		return fact.New("LabelOfNoNode", "label", pin.Key, "want", pin.Values), nil
	case slices.ContainsFunc(pin.Values, func(value string) bool { return len(validation.IsValidLabelValue(value)) > 0 }):
		return fact.New("LabelValueInvalid", "label", pin.Key, "want", pin.Values), nil
	case f.holdsNames(driver, pin.Key):
		return fact.Fact{}, nil
	}
	if nodes = f.without(driver, pin.Key); len(nodes) == 0 {
		return fact.Fact{}, nil
	}
	why = fact.New("NodeWithoutHostname", "nodes", nodes, "label", pin.Key, "want", pin.Values)
	if len(nodes) == 1 && len(pin.Values) == 1 {
		why = why.Offering(fact.Kubectl("label", "node", nodes[0], pin.Key+"="+pin.Values[0]))
	}
	return why, nodes
}

// without are the Nodes that lack a label key and may be a host of a driver, sorted: where the driver is not registered, by the CSINode,
// none of its hosts is; without CSINodes, what the annotations of the Nodes say of drivers tells it. That tells nothing of
// kubernetes.io/hostname, which each Node should have.
func (f *homeFinder) without(driver, key string) []string {
	_, unread := f.ix.Gap(CSINodes)
	anywhere := key == corev1.LabelHostname || driver == "" || unread && !f.hosts.registered(driver)
	var names []string
	for _, n := range f.nodes {
		_, has := n.Labels[key]
		_, registered := f.hosts.ids[[2]string{n.Name, driver}]
		if !has && (anywhere || registered) {
			names = append(names, n.Name)
		}
	}
	return names
}

// LostLabel is a label that a Node must have for a volume to be at home on it, and does not have.
type LostLabel struct{ Node, Key, Value string }

// LostLabel returns the label that the Node lacks that has the data of a volume, so that the volume can be used nowhere.
func (ix *Index) LostLabel(v *corev1.PersistentVolume) (LostLabel, bool) {
	if lost := ix.homes[v.Name].lost; lost != nil {
		return *lost, true
	}
	return LostLabel{}, false
}

// labelsDiffer says why a Node that a pin means does not match the term, and which label it has lost, if that is why: that of hosts, or, of
// the host that the pin names, another.
func labelsDiffer(n *corev1.Node, t corev1.NodeSelectorTerm, pin hostPin) (fact.Fact, *LostLabel) {
	for _, r := range t.MatchExpressions {
		have, has := n.Labels[r.Key]
		switch {
		case r.Operator != corev1.NodeSelectorOpIn || has && slices.Contains(r.Values, have):
		case has && r.Key == pin.Key:
			return fact.New("NodeLabelDiffers", "node", n.Name, "label", r.Key, "want", r.Values, "have", have), nil
		case has:
			return fact.New("NodeLabelUnlike", "node", n.Name, "label", r.Key, "want", r.Values, "have", have), nil
		case (r.Key == pin.Key && pin.perHost || r.Key != pin.Key && slices.Contains(pin.Values, n.Labels[pin.Key])) && len(r.Values) == 1:
			lost := &LostLabel{Node: n.Name, Key: r.Key, Value: r.Values[0]}
			return fact.New("NodeLabelLost", "node", n.Name, "label", r.Key, "want", r.Values).
				Offering(fact.Kubectl("label", "node", n.Name, r.Key+"="+r.Values[0])), lost
		default:
			return fact.New("NodeLabelLost", "node", n.Name, "label", r.Key, "want", r.Values), nil
		}
	}
	return fact.New("NodeLabelsDiffer", "node", n.Name), nil
}
