package inspect

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// RecordDiffers says that the affinity of a volume means one Node, and records mean another that exists as well: their labels may have been exchanged
// since. Nothing tells which of the two has the data. The Nodes are those of the records, sorted.
func (ix *Index) RecordDiffers(v *corev1.PersistentVolume) (why fact.Fact, nodes []string) {
	home := ix.HomeOf(v)
	if _, local := ix.LocalSource(v); !local || !ix.homes[v.Name].pinned || home.State != HomeNode || ix.foundOn(v).Source != SiteAffinity {
		return fact.Fact{}, nil
	}
	var sources []string
	for _, record := range ix.records() {
		name, source := record(v)
		n := ix.Node(name)
		if n == nil || slices.Contains(home.Names(), name) || ix.calledAtHome(v, name) {
			continue
		}
		if _, uid := provisionerNode(v.Annotations[source]); uid != "" && uid != string(n.UID) {
			continue // that Node took the name of the one that the record means
		}
		nodes, sources = append(nodes, name), append(sources, source)
	}
	if len(nodes) == 0 {
		return fact.Fact{}, nil
	}
	slices.Sort(nodes)
	nodes = slices.Compact(nodes)
	return fact.New("RecordDiffers", "nodes", nodes, "source", strings.Join(sources, ", "), "home", home.Names(), "hosts", home.Hosts), nodes
}
