package inspect

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// SeveralHomes reports whether the scheduler lets the Pods of a volume start on several Nodes of which one has its data, and nothing says
// which: on the others an empty directory, or another, may be there. Whoever cordons all but one has told.
func (ix *Index) SeveralHomes(v *corev1.PersistentVolume) bool {
	site := ix.DataOn(v)
	if ix.HomeOf(v).State != HomeNode || len(site.Nodes) < 2 {
		return false
	}
	open := 0
	for _, name := range site.Nodes {
		if n := ix.Node(name); n != nil && !n.Spec.Unschedulable {
			open++
		}
	}
	return open > 1
}

// CountsAsHome says which of the homes of a volume counts as the one with its data although nothing says which it is: the only one that is not
// cordoned.
func (ix *Index) CountsAsHome(v *corev1.PersistentVolume) (why fact.Fact, counts bool) {
	site := ix.DataOn(v)
	if _, local := ix.LocalSource(v); !local || ix.HomeOf(v).State != HomeNode || len(site.Nodes) < 2 {
		return fact.Fact{}, false
	}
	var open, others []string
	for _, name := range site.Nodes {
		if n := ix.Node(name); n != nil && !n.Spec.Unschedulable {
			open = append(open, name)
		} else {
			others = append(others, name)
		}
	}
	if len(open) != 1 {
		return fact.Fact{}, false
	}
	return fact.New("CountsAsHome", "volume", v.Name, "nodes", site.Nodes, "node", open[0], "others", others), true
}

// DataNames are the names of all Nodes and hosts that have the data of a volume, or may have, sorted, and those among them of machines that no
// Node is any more: nothing can be used there, whatever the affinity says.
func (ix *Index) DataNames(v *corev1.PersistentVolume) (names, gone []string) {
	site := ix.DataOn(v)
	names = slices.Sorted(slices.Values(slices.Concat(site.Nodes, site.Perhaps)))
	for _, name := range names {
		if len(ix.MachineOf(name).Nodes) == 0 {
			gone = append(gone, name)
		}
	}
	return names, gone
}

// ClosedWithoutData reports whether the Pods of a volume can start nowhere without its data, which is known to be on machines that are gone, although
// the affinity matches others now, that have their hostnames: all of those are cordoned.
func (ix *Index) ClosedWithoutData(v *corev1.PersistentVolume) bool {
	_, astray := ix.Astray(v)
	return astray && ix.SiteGone(v) && ix.homes[v.Name].pinned && len(ix.OpenWithoutData(v)) == 0
}

// OpenWithoutData are the Nodes, not cordoned, on which the scheduler lets the Pods of a volume start whose affinity names several hosts while
// a record says that others of them have the data. Whoever cordons them keeps the Pods from there.
func (ix *Index) OpenWithoutData(v *corev1.PersistentVolume) []string {
	if _, astray := ix.Astray(v); !astray || !ix.homes[v.Name].pinned {
		return nil
	}
	return slices.DeleteFunc(ix.HomeOf(v).Names(), func(name string) bool {
		n := ix.Node(name)
		return n == nil || n.Spec.Unschedulable || ix.OnSite(v, name)
	})
}

// StartsWithoutData says that the Pods of a volume may start on Nodes that do not have its data, and what prevents that.
func (ix *Index) StartsWithoutData(v *corev1.PersistentVolume, why fact.Fact, open []string) fact.Fact {
	var sites []string
	if len(ix.OpenWithoutData(v)) == 0 { // its affinity names no hosts, so it may be all other Nodes
		sites = ix.DataOn(v).Nodes
	}
	return fact.New("StartsWithoutData", "volume", v.Name, "why", why, "nodes", open, "select", sites).Offering(fact.Kubectl("cordon", open...))
}
