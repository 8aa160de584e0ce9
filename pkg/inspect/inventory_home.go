package inspect

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// HomeReport says where a volume's data lives.
type HomeReport struct {
	State HomeState `json:"state"`
	// Nodes are the homes, sorted by name; empty unless State is "node".
	Nodes []HomeMember `json:"nodes"`
	// Hosts are the hosts that the volume's affinity names, if State is not "node".
	Hosts []string `json:"hosts,omitempty"`
	// Why says why the home is unknown.
	Why fact.Fact `json:"why,omitzero"`
}

// HomeMember is one home.
type HomeMember struct {
	Name string `json:"name"`
	// Ready is the status of the Node's Ready condition: True, False or Unknown.
	Ready         corev1.ConditionStatus `json:"ready"`
	Unschedulable bool                   `json:"unschedulable"`
}

func reportHome(h Home) HomeReport {
	r := HomeReport{State: h.State, Nodes: make([]HomeMember, 0, len(h.Nodes)), Why: h.Why}
	if h.State != HomeNode {
		r.Hosts = h.Hosts
	}
	for _, n := range h.Nodes {
		r.Nodes = append(r.Nodes, ReportNode(n))
	}
	return r
}

// ReportNode reports a Node as a home. One without a Ready condition, of which nobody has heard yet, is Unknown.
func ReportNode(n *corev1.Node) HomeMember {
	r := HomeMember{Name: n.Name, Ready: corev1.ConditionUnknown, Unschedulable: n.Spec.Unschedulable}
	for _, c := range n.Status.Conditions {
		if c.Type == corev1.NodeReady {
			r.Ready = c.Status
		}
	}
	return r
}

// Status is the Node's status in kubectl's words, which knows only Ready and NotReady, and with one more for a Node whose
// kubelet does not report.
func (n HomeMember) Status() string {
	status := "unreachable"
	switch n.Ready {
	case corev1.ConditionTrue:
		status = "Ready"
	case corev1.ConditionFalse:
		status = "NotReady"
	case corev1.ConditionUnknown:
	}
	if n.Unschedulable {
		status += ",SchedulingDisabled"
	}
	return status
}

// Label names the home: its Nodes, or the hosts that stand for them, or "unknown".
func (h HomeReport) Label() string {
	switch {
	case len(h.Nodes) == 1:
		return h.Nodes[0].Name
	case h.State != HomeNode:
		return label(h.Hosts)
	}
	names := make([]string, 0, len(h.Nodes))
	for _, n := range h.Nodes {
		names = append(names, n.Name)
	}
	return label(names)
}

// homeLabel is the Label that the home will have when it is reported.
func homeLabel(h Home) string {
	if len(h.Nodes) == 1 {
		return h.Nodes[0].Name
	}
	return label(homeNames(h))
}

func label(names []string) string {
	if len(names) == 0 {
		return string(HomeUnknown)
	}
	return strings.Join(names, ",")
}

// Status is that of the home's Node, "missing" or "unknown". Several Nodes that agree have one status; else each
// has its own, in the order of their names, with slashes between them.
func (h HomeReport) Status() string {
	if h.State != HomeNode {
		return string(h.State)
	}
	first := h.Nodes[0].Status()
	if !slices.ContainsFunc(h.Nodes, func(n HomeMember) bool { return n.Status() != first }) {
		return first
	}
	all := make([]string, 0, len(h.Nodes))
	for _, n := range h.Nodes {
		all = append(all, n.Status())
	}
	return strings.Join(all, "/")
}

// Unreachable reports whether all Nodes of the home are unreachable, and there are some.
func (h HomeReport) Unreachable() bool {
	return len(h.Nodes) > 0 && !slices.ContainsFunc(h.Nodes, func(n HomeMember) bool { return n.Ready != corev1.ConditionUnknown })
}
