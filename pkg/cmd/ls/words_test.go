package ls

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// TestHintsCountNodes: volumes are counted, and so are the nodes that they are on.
func TestHintsCountNodes(t *testing.T) {
	on := func(ready corev1.ConditionStatus, node string) inventory.VolumeReport {
		return inventory.VolumeReport{Phase: corev1.VolumeBound, Home: inventory.HomeReport{State: inspect.HomeNode, Nodes: []inspect.HomeMember{{Name: node, Ready: ready}}}}
	}
	lost := func(host string) inventory.VolumeReport {
		return inventory.VolumeReport{Phase: corev1.VolumeBound, Home: inventory.HomeReport{State: inspect.HomeMissing, Hosts: []string{host}}}
	}
	untold := inventory.VolumeReport{Home: inventory.HomeReport{State: inspect.HomeUnknown, Why: fact.New("NodesUnread", "reason", "forbidden: list nodes")}}
	astray := on(corev1.ConditionTrue, "n3")
	astray.Home.Data = &inventory.DataReport{Nodes: []string{"n4"}, Source: "x/node", Why: fact.New("DataAstray", "nodes", []string{"n4"}, "source", "x/node")}
	lostToo := on(corev1.ConditionTrue, "n3")
	lostToo.Home.Data = &inventory.DataReport{Nodes: []string{"n8"}, Missing: true, Source: "x/node", Why: fact.New("DataAstray", "nodes", []string{"n8"}, "source", "x/node")}
	free := on(corev1.ConditionUnknown, "n9")
	free.Phase = corev1.VolumeAvailable

	o := &options{app: cli.New(output.Streams{}, "test")}
	o.app.Phrase = phrase.New(phrase.Connection{Flags: []string{"--context", "far"}, From: []string{"--from", "dump.json"}})
	got := o.hints([]inventory.VolumeReport{on(corev1.ConditionUnknown, "n1"), on(corev1.ConditionUnknown, "n0"), on(corev1.ConditionUnknown, "n1"),
		on(corev1.ConditionTrue, "n2"), free, lost("n7"), lost("n8"), lostToo, untold, untold, astray})
	want := []string{
		"3 bound volumes are on 2 unreachable nodes (n0, n1): kubectl localpv recover --context far --from dump.json",
		"3 volumes are on 2 nodes that no longer exist: kubectl localpv ls --orphaned --context far --from dump.json",
		"2 volumes: home unknown (forbidden: list nodes, ...)",
		"2 volumes: Pods may start without the data (the data is on n8 (x/node), and the node affinity does not keep Pods there, ...)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
