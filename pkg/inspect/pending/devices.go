package pending

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// pluginDevices is the name of the plugin that allocates devices to resource claims.
const pluginDevices = "DynamicResources"

// deviceKinds are what that plugin decides by.
func deviceKinds() []inspect.Kind {
	return []inspect.Kind{inspect.ResourceClaims, inspect.ResourceSlices, inspect.DeviceClasses}
}

// devicesUnknown says of which of the kinds that it decides by the DynamicResources plugin was told too little.
func devicesUnknown(ix *inspect.Index) (inspect.Kind, inspect.Gap, bool) {
	for _, kind := range deviceKinds() {
		if gap, ok := ix.Gap(kind); ok {
			return kind, gap, true
		}
	}
	return "", inspect.Gap{}, false
}

// devicesUndecided is about Nodes that nothing refuses but the DynamicResources plugin, which was told too little: whether
// the Pod fits there is not known. ok is false if that is not so of any Node.
func devicesUndecided(e evidence.Evidence) (f fact.Fact, ok bool) {
	kind, gap, ok := devicesUnknown(e.Index)
	if !ok || slices.ContainsFunc(e.Verdict.PreFilter, notDevices) {
		return fact.Fact{}, false
	}
	var nodes []string
	for _, n := range e.Verdict.Nodes {
		if !slices.ContainsFunc(n.Refusals, notDevices) {
			nodes = append(nodes, n.Node)
		}
	}
	if len(nodes) == 0 {
		return fact.Fact{}, false
	}
	return fact.New("DevicesUndecided", "nodes", some(nodes), "count", len(nodes), "kind", kind, "why", gap.Fact()), true
}

// notDevices tells the refusals of other plugins.
func notDevices(r inspect.Refusal) bool { return r.Plugin != pluginDevices }
