package inventory

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// HomeReport says where a volume can be used, and where its data lives.
type HomeReport struct {
	State inspect.HomeState `json:"state"`
	// Data is where the data is, if that is recorded and is not just the home.
	Data *DataReport `json:"data,omitempty"`
	// Nodes are the homes, sorted by name; empty unless State is "node".
	Nodes []inspect.HomeMember `json:"nodes"`
	// Hosts are the hosts that the volume's affinity names, if State is not "node".
	Hosts []string `json:"hosts,omitempty"`
	// Why says why the home is unknown.
	Why fact.Fact `json:"why,omitzero"`
	// Perhaps says that the data may be on a machine that is gone, and whose hostname the home has now, if something tells that.
	Perhaps fact.Fact `json:"perhaps,omitzero"`
}

// DataReport says where the data of a volume is, if its home does not say it.
type DataReport struct {
	// Nodes are the names of the Nodes or hosts, sorted; of several, nothing says which has the data.
	Nodes []string `json:"nodes"`
	// Source is what names them: "matchFields:metadata.name", or the key of an annotation or attribute.
	Source string `json:"source"`
	// Missing says that none of them exists any more.
	Missing bool `json:"missing,omitempty"`
	// Why says that the scheduler may send Pods to Nodes without the data, if that is so.
	Why fact.Fact `json:"why,omitzero"`

	members []inspect.HomeMember
}

func reportHome(ix *inspect.Index, v *corev1.PersistentVolume) HomeReport {
	h := ix.HomeOf(v)
	r := HomeReport{State: h.State, Nodes: make([]inspect.HomeMember, 0, len(h.Nodes)), Why: h.Why, Data: reportData(ix, v, h)}
	why, perhaps := ix.PerhapsGone(v)
	if !perhaps {
		_, why, _ = ix.RecordedElsewhere(v)
	}
	r.Perhaps = why
	if h.State != inspect.HomeNode {
		r.Hosts = h.Hosts
	}
	for _, n := range h.Nodes {
		r.Nodes = append(r.Nodes, inspect.ReportNode(n))
	}
	return r
}

// reportData is nil where the home is all that there is to say.
func reportData(ix *inspect.Index, v *corev1.PersistentVolume, h inspect.Home) *DataReport {
	why, astray := ix.Astray(v)
	site := ix.DataOn(v)
	if len(site.Nodes) == 0 || !astray && h.State != inspect.HomeUnknown {
		return nil
	}
	r := &DataReport{Nodes: site.Nodes, Source: site.Source, Why: why}
	for _, name := range site.Nodes {
		if n := ix.Node(name); n != nil {
			r.members = append(r.members, inspect.ReportNode(n))
		}
	}
	r.Missing = len(r.members) == 0
	return r
}

// astray reports whether the data is somewhere else than the home says.
func (h HomeReport) astray() bool { return h.Data != nil && !h.Data.Why.IsZero() }

// Missing reports whether the data is on a node that does not exist any more.
func (h HomeReport) Missing() bool {
	return h.State == inspect.HomeMissing || h.astray() && h.Data.Missing
}

// Label names where the data is: the home's Nodes, or the hosts that stand for them, or "unknown".
func (h HomeReport) Label() string {
	switch {
	case h.Data != nil:
		return label(h.Data.Nodes)
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
func homeLabel(ix *inspect.Index, v *corev1.PersistentVolume) string {
	h := ix.HomeOf(v)
	if data := reportData(ix, v, h); data != nil {
		return label(data.Nodes)
	}
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

// Status is that of the Node with the data, "missing" or "unknown". Several Nodes that agree have one status; else each
// has its own, in the order of their names, with slashes between them.
func (h HomeReport) Status() string {
	nodes := h.Nodes
	switch {
	case h.Missing():
		return string(inspect.HomeMissing)
	case h.State != inspect.HomeNode:
		return string(h.State)
	case h.astray():
		nodes = h.Data.members
	}
	first := nodes[0].Status()
	if !slices.ContainsFunc(nodes, func(n inspect.HomeMember) bool { return n.Status() != first }) {
		return first
	}
	all := make([]string, 0, len(nodes))
	for _, n := range nodes {
		all = append(all, n.Status())
	}
	return strings.Join(all, "/")
}

// Unreachable reports whether all Nodes with the data are unreachable, and there are some.
func (h HomeReport) Unreachable() bool {
	nodes := h.Nodes
	if h.Data != nil {
		nodes = h.Data.members
	}
	return len(nodes) > 0 && !slices.ContainsFunc(nodes, func(n inspect.HomeMember) bool { return n.Ready != corev1.ConditionUnknown })
}
