// Package disk tells which volumes are one disk, who has it, and whose data is on it. A PersistentVolume object is a name for a
// place on a machine, and Kubernetes does not mind if two of them name the same place.
package disk

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Disks answers which volumes of a Snapshot are one disk. It is built once and then only read.
type Disks struct {
	ix *inspect.Index
	// places are all places of volumes, sorted, so that those below one follow it.
	places []string
	// at are the volumes of each place, sorted by name.
	at map[string][]*corev1.PersistentVolume
	// mounts are the directories of each node that Pods mount by themselves.
	mounts map[string][]mount
}

// disksKey is where an Index keeps its Disks.
type disksKey struct{}

// New finds the places of all volumes of a Snapshot. It does so once for an Index.
func New(ix *inspect.Index) *Disks {
	d, _ := ix.Derived(disksKey{}, func() any { return newDisks(ix) }).(*Disks)
	return d
}

func newDisks(ix *inspect.Index) *Disks {
	d := &Disks{ix: ix, at: map[string][]*corev1.PersistentVolume{}, mounts: mountsOf(ix)}
	for _, v := range ix.SortedVolumes() {
		place := placeOf(v)
		if place == "" {
			continue
		}
		if d.at[place] == nil {
			d.places = append(d.places, place)
		}
		d.at[place] = append(d.at[place], v)
	}
	slices.Sort(d.places)
	return d
}

// Sharing returns the other volumes that are the same disk as a volume, sorted by name: see Disks.Sharing.
func Sharing(ix *inspect.Index, v *corev1.PersistentVolume) []*corev1.PersistentVolume {
	return New(ix).Sharing(v)
}

// Sharing returns the other volumes that are the same disk as a volume, sorted by name:
//
//   - spec.local and spec.hostPath, by path: the same one, or one below the other (see Path), on a Node that both have;
//   - CSI, by driver and volume handle, which a driver gives to one volume only.
//
// Links between paths cannot be read from here, but for those that every system has.
func (d *Disks) Sharing(v *corev1.PersistentVolume) []*corev1.PersistentVolume {
	place := placeOf(v)
	if place == "" {
		return nil
	}
	var out []*corev1.PersistentVolume
	for _, p := range d.related(place) {
		for _, other := range d.at[p] {
			if other.Name != v.Name && d.together(v, other) {
				out = append(out, other)
			}
		}
	}
	slices.SortFunc(out, func(a, b *corev1.PersistentVolume) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// related are the places that are a place, that it is below, and that are below it.
func (d *Disks) related(place string) []string {
	var out []string
	for above := parent(place); above != ""; above = parent(above) {
		if d.at[above] != nil {
			out = append(out, above)
		}
	}
	if d.at[place] != nil {
		out = append(out, place)
	}
	if strings.HasPrefix(place, csiPrefix) {
		return out
	}
	below := strings.TrimSuffix(place, "/") + "/"
	first, _ := slices.BinarySearch(d.places, below)
	for _, p := range d.places[first:] {
		if !strings.HasPrefix(p, below) {
			break
		}
		if p != place {
			out = append(out, p)
		}
	}
	return out
}

// csiPrefix begins the place of a CSI volume, which is no path.
const csiPrefix = "csi:"

// placeOf is what two volumes of one Node have in common if they are the same disk, empty if that is not known of such volumes.
func placeOf(v *corev1.PersistentVolume) string {
	if v.Spec.CSI != nil {
		return csiPrefix + v.Spec.CSI.Driver + "\x00" + v.Spec.CSI.VolumeHandle
	}
	if path := PathOf(v); path != "" {
		return clean(path)
	}
	return ""
}

// parent is the place that a place is directly below, empty for the topmost.
func parent(place string) string {
	if place == "/" || strings.HasPrefix(place, csiPrefix) {
		return ""
	}
	at := strings.LastIndexByte(place, '/')
	switch {
	case at > 0:
		return place[:at]
	case at == 0:
		return "/"
	}
	return ""
}

// together reports whether two volumes of related places can be on one Node. What is given by a CSI driver is one volume
// wherever it is.
func (d *Disks) together(a, b *corev1.PersistentVolume) bool {
	if a.Spec.CSI != nil || inspect.AnyNode(a) || inspect.AnyNode(b) {
		return true
	}
	if _, unread := d.ix.Gap(inspect.Nodes); unread {
		return !inspect.OnDifferentHosts(a, b)
	}
	on, also := d.nodesOf(a), d.nodesOf(b)
	if len(on) == 0 || len(also) == 0 {
		return len(on) == len(also) && equality.Semantic.DeepEqual(a.Spec.NodeAffinity, b.Spec.NodeAffinity)
	}
	return slices.ContainsFunc(on, func(node string) bool { return slices.Contains(also, node) })
}

// nodesOf names the Nodes that a volume is on, Nodes that do not exist included; none if that is not known. It is on those with its data
// and, as Pods that are placed by its affinity open its directory there, on those of its home.
func (d *Disks) nodesOf(v *corev1.PersistentVolume) []string {
	if names := namedByField(v); len(names) > 0 {
		return names
	}
	if d.ix.Volume(v.Name) == nil {
		return d.matching(v)
	}
	site, home := d.ix.DataOn(v).Nodes, d.ix.HomeOf(v)
	if home.State == inspect.HomeNode {
		return slices.Concat(site, home.Names())
	}
	return slices.Concat(site, home.Hosts)
}

// NodesOf names the Nodes that a volume is on, sorted, Nodes that do not exist included; none if that is not known.
func (d *Disks) NodesOf(v *corev1.PersistentVolume) []string {
	nodes := slices.Clone(d.nodesOf(v))
	slices.Sort(nodes)
	return slices.Compact(nodes)
}

// matching names the Nodes that match the affinity of a volume that does not exist yet.
func (d *Disks) matching(v *corev1.PersistentVolume) []string {
	var names []string
	for _, n := range d.ix.Nodes {
		if volumehelpers.CheckNodeAffinity(v, n.Labels) == nil {
			names = append(names, n.Name)
		}
	}
	return names
}

// namedByField are the Nodes that the affinity of a volume names by metadata.name in every term. The scheduler ignores such a
// requirement of a volume (component-helpers/storage/volume: CheckNodeAffinity passes labels only), so the volume is at home
// everywhere for it, but its directory is where it says.
func namedByField(v *corev1.PersistentVolume) []string {
	if inspect.AnyNode(v) {
		return nil
	}
	var names []string
	for _, term := range v.Spec.NodeAffinity.Required.NodeSelectorTerms {
		at := slices.IndexFunc(term.MatchFields, func(r corev1.NodeSelectorRequirement) bool {
			return r.Key == "metadata.name" && r.Operator == corev1.NodeSelectorOpIn
		})
		if at < 0 {
			return nil
		}
		names = append(names, term.MatchFields[at].Values...)
	}
	return names
}
