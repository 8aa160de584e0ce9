package inventory

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// HomeReport says where a volume's data lives.
type HomeReport struct {
	State inspect.HomeState `json:"state"`
	// Nodes are the homes, sorted by name; empty unless State is "node".
	Nodes []inspect.HomeMember `json:"nodes"`
	// Hosts are the hosts that the volume's affinity names, if State is not "node".
	Hosts []string `json:"hosts,omitempty"`
	// Why says why the home is unknown.
	Why fact.Fact `json:"why,omitzero"`
}

func reportHome(h inspect.Home) HomeReport {
	r := HomeReport{State: h.State, Nodes: make([]inspect.HomeMember, 0, len(h.Nodes)), Why: h.Why}
	if h.State != inspect.HomeNode {
		r.Hosts = h.Hosts
	}
	for _, n := range h.Nodes {
		r.Nodes = append(r.Nodes, inspect.ReportNode(n))
	}
	return r
}

// Label names the home: its Nodes, or the hosts that stand for them, or "unknown".
func (h HomeReport) Label() string {
	switch {
	case len(h.Nodes) == 1:
		return h.Nodes[0].Name
	case h.State != inspect.HomeNode:
		return label(h.Hosts)
	}
	names := make([]string, 0, len(h.Nodes))
	for _, n := range h.Nodes {
		names = append(names, n.Name)
	}
	return label(names)
}

// homeLabel is the Label that the home will have when it is reported.
func homeLabel(h inspect.Home) string {
	if len(h.Nodes) == 1 {
		return h.Nodes[0].Name
	}
	return label(homeNames(h))
}

func label(names []string) string {
	if len(names) == 0 {
		return string(inspect.HomeUnknown)
	}
	return strings.Join(names, ",")
}

// Status is that of the home's Node, "missing" or "unknown". Several Nodes that agree have one status; else each
// has its own, in the order of their names, with slashes between them.
func (h HomeReport) Status() string {
	if h.State != inspect.HomeNode {
		return string(h.State)
	}
	first := h.Nodes[0].Status()
	if !slices.ContainsFunc(h.Nodes, func(n inspect.HomeMember) bool { return n.Status() != first }) {
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
	return len(h.Nodes) > 0 && !slices.ContainsFunc(h.Nodes, func(n inspect.HomeMember) bool { return n.Ready != corev1.ConditionUnknown })
}
