package inspect

import (
	"context"

	corev1 "k8s.io/api/core/v1"
)

// Judge says what the scheduler's own filters answer for a Pod. Package simulate has the real one.
type Judge interface {
	// Verdict runs the PreFilter plugins once and every Filter plugin on the named Nodes (nil: all), on the
	// Snapshot as it would be after the Change. A Judge is not altered by the Changes it is asked about.
	//
	// The Pod is judged as given: it need not be in the Snapshot, and if a Pod of that name is there without a
	// node, it does not count against itself.
	Verdict(ctx context.Context, pod *corev1.Pod, change Change, nodes []string) (*Verdict, error)
}

// Verdict is what the filters said of one Pod.
type Verdict struct {
	// PreFilter holds the refusals that came before any Node was looked at, in the scheduler's plugin order.
	// The scheduler stops at the first; all are here. With one or more, no Node is feasible.
	PreFilter []Refusal
	// Nodes holds one entry per Node asked for, sorted by name.
	Nodes []NodeVerdict
	// Message is the text, up to the preemption part, that kube-scheduler would put in the Pod's PodScheduled
	// condition if it decided on this Snapshot. Empty if the Pod fits a Node, or if only some Nodes were asked for.
	// An error on some Node makes the scheduler give up on the Pod even if it fits another; Message is that error then.
	Message string
}

// NodeVerdict is what the Filter plugins said of one Node. No refusals: the Pod fits.
type NodeVerdict struct {
	Node string
	// Refusals holds every plugin that refuses, in the scheduler's filter order, not only the first.
	Refusals []Refusal
}

// Refusal is one plugin's "no".
type Refusal struct {
	// Plugin is the scheduler plugin's name, e.g. "TaintToleration".
	Plugin string
	// Code is the framework status code: "Unschedulable", "UnschedulableAndUnresolvable" or "Error".
	Code string
	// Reasons are the plugin's own words, as they count in the scheduler's message.
	Reasons []string
	// NoneLeft is set if there is no other reason than that no volume is left for a claim, or a driver has no room to make
	// one: with other volumes for the other claims of the Pod, it may be otherwise.
	NoneLeft bool
}

// PluginVolumeBinding is the name of the plugin that decides about claims.
const PluginVolumeBinding = "VolumeBinding"

// CodeUnresolvable is the Code of a refusal that no Pod that goes away could cure.
const CodeUnresolvable = "UnschedulableAndUnresolvable"

// PluginVolumeLimits is the name of the plugin that counts the volumes of CSI drivers on a Node.
const PluginVolumeLimits = "NodeVolumeLimits"

// Fits reports whether every filter accepts the Node.
func (n NodeVerdict) Fits() bool { return len(n.Refusals) == 0 }

// Refused returns the refusal of a plugin, and whether there is one.
func (n NodeVerdict) Refused(plugin string) (Refusal, bool) {
	for _, r := range n.Refusals {
		if r.Plugin == plugin {
			return r, true
		}
	}
	return Refusal{}, false
}

// Feasible returns the names of the Nodes that the Pod fits, sorted.
func (v *Verdict) Feasible() []string {
	if len(v.PreFilter) > 0 {
		return nil
	}
	var names []string
	for _, n := range v.Nodes {
		if n.Fits() {
			names = append(names, n.Node)
		}
	}
	return names
}
