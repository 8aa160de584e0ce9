package inspect

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// KeepsMovedData says how the data of claims is kept whose machine does not exist any more, in case that its disks are in another, or that it is
// registered under another name: by new volume objects, since the affinity of these cannot be changed. It is zero if there are
// no claims with such a volume.
func (ix *Index) KeepsMovedData(claims []*corev1.PersistentVolumeClaim) fact.Fact {
	var names, volumes, nodes []string
	byVolume := func(a, b *corev1.PersistentVolumeClaim) int { return cmp.Compare(a.Spec.VolumeName, b.Spec.VolumeName) }
	for _, c := range slices.SortedFunc(slices.Values(claims), byVolume) {
		v := ix.Volume(c.Spec.VolumeName)
		if v == nil || ix.ClaimOf(v) != c {
			continue
		}
		if _, local := ix.LocalSource(v); !local || !ix.SiteGone(v) || AnyNode(v) { // of a directory of each Node, the affinity can be set
			continue
		}
		names, volumes, nodes = append(names, c.Namespace+"/"+c.Name), append(volumes, v.Name), append(nodes, ix.DataOn(v).Nodes...)
	}
	if len(volumes) == 0 {
		return fact.Fact{}
	}
	as := "moved-" + volumes[0]
	back := fact.New("ThenCommand").Offering(fact.Plugin("reattach", as).With("--replace"))
	slices.Sort(nodes)
	nodes = slices.Compact(nodes)
	recovers := fact.New("ThenCommand").Offering(fact.Plugin("recover", nodes...))
	return fact.New("MovedDiskKeepsData", "volumes", volumes, "claim", names[0], "nodes", strings.Join(nodes, " or "), "recover", recovers, "as", as, "driver", driverOf(ix.Volume(volumes[0])), "then", back).
		Offering(fact.Kubectl("get", "pv", volumes[0]).With("-o", "yaml"))
}
