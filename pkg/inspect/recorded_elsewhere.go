package inspect

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// RecordedElsewhere says that a record of a volume names a Node that there is, and its affinity another, as where hostnames were exchanged, or a volume
// was copied with what it records. The affinity counts, and nothing but the machines tells which of them has the data. nodes are those that the
// records name. What the static provisioner records is its own name, which says nothing of where a copy of the volume was moved.
func (ix *Index) RecordedElsewhere(v *corev1.PersistentVolume) (nodes []string, why fact.Fact, elsewhere bool) {
	found := ix.homes[v.Name]
	if _, local := ix.LocalSource(v); !local || !found.pinned || found.home.State != HomeNode || ix.foundOn(v).Source != SiteAffinity {
		return nil, fact.Fact{}, false
	}
	var sources []string
	for _, record := range []func(*corev1.PersistentVolume) (node, source string){byLocalPath, byAttributes, ix.bySelectedNode} {
		node, source := record(v)
		if node == "" || ix.Node(node) == nil || slices.Contains(found.home.Names(), node) || ix.calledAtHome(v, node) {
			continue
		}
		if sources = append(sources, source); !slices.Contains(nodes, node) {
			nodes = append(nodes, node)
		}
	}
	if len(nodes) == 0 {
		return nil, fact.Fact{}, false
	}
	slices.Sort(nodes)
	return nodes, fact.New("DataRecordedElsewhere", "nodes", nodes, "sources", sources, "home", found.home.Names()), true
}
