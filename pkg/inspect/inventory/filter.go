package inventory

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// VolumeFilter says which volumes are wanted: those that pass all of its parts. The zero filter lets all pass.
type VolumeFilter struct {
	// Nodes are names of which one must have the volume's data: of a Node, by its name or its hostname label, or of a host that is
	// named as home.
	Nodes []string
	// Phases are the phases of which the volume must have one.
	Phases []corev1.PersistentVolumePhase
	// Classes are the storage classes of which the volume must have one. The empty class is a class too.
	Classes []string
	// Selector is for the volume's labels; nil for any.
	Selector labels.Selector
	// Namespace is that of the claim that the volume's claimRef names; empty for any, and for none.
	Namespace string
	// Orphaned wants volumes whose data was on a node that does not exist any more. An unknown home is not a missing one.
	Orphaned bool
}

// VolumePhases lists every phase, in the order of a volume's life.
func VolumePhases() []corev1.PersistentVolumePhase {
	return []corev1.PersistentVolumePhase{corev1.VolumePending, corev1.VolumeAvailable, corev1.VolumeBound,
		corev1.VolumeReleased, corev1.VolumeFailed}
}

func (f VolumeFilter) matches(ix *inspect.Index, v *corev1.PersistentVolume) bool {
	switch {
	case len(f.Phases) > 0 && !slices.Contains(f.Phases, phaseOf(v)),
		len(f.Classes) > 0 && !slices.Contains(f.Classes, volumehelpers.GetPersistentVolumeClass(v)),
		f.Selector != nil && !f.Selector.Matches(labels.Set(v.Labels)),
		f.Namespace != "" && (v.Spec.ClaimRef == nil || v.Spec.ClaimRef.Namespace != f.Namespace),
		f.Orphaned && !ix.SiteGone(v):
		return false
	}
	return len(f.Nodes) == 0 || slices.ContainsFunc(placeNames(ix, v), func(name string) bool { return slices.Contains(f.Nodes, name) })
}

// allNames are all names of what was named: a Node may be asked for by its hostname, and a machine that is gone by any name that it had.
func allNames(ix *inspect.Index, typed []string) []string {
	all := slices.Clone(typed)
	for _, name := range typed {
		all = append(all, ix.MachineOf(name).Names...)
	}
	return all
}

// placeNames are the names by which the place of a volume's data may be asked for.
func placeNames(ix *inspect.Index, v *corev1.PersistentVolume) []string {
	if _, astray := ix.Astray(v); astray {
		return ix.DataOn(v).Nodes
	}
	return slices.Concat(homeNames(ix.HomeOf(v)), ix.DataOn(v).Nodes)
}

// homeNames are the names of a home's Nodes, or, where there are none, of the hosts that stand for them.
func homeNames(h inspect.Home) []string {
	if h.State == inspect.HomeNode {
		return h.Names()
	}
	return h.Hosts
}

// PlaceNames lists, sorted, every name by which a home may be asked for: those of all Nodes and their hostnames, of the hosts that
// local volumes name and no Node has, and of the Nodes that are gone.
func PlaceNames(ix *inspect.Index) []string {
	var names []string
	for _, n := range ix.Nodes {
		names = append(names, n.Name)
		if hostname := n.Labels[corev1.LabelHostname]; hostname != "" {
			names = append(names, hostname)
		}
	}
	for _, v := range ix.LocalVolumes() {
		if h := ix.HomeOf(v); h.State != inspect.HomeNode {
			names = append(names, h.Hosts...)
		}
		names = append(names, ix.GoneNames(v)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// LocalClasses lists, sorted, the storage classes that local volumes have.
func LocalClasses(ix *inspect.Index) []string {
	var names []string
	for _, v := range ix.LocalVolumes() {
		if class := volumehelpers.GetPersistentVolumeClass(v); class != "" {
			names = append(names, class)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
